import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { say } from './say.mjs';

/** Builds dist/ where it is missing or older than anything it is made from. */
export function ensureBundles(root) {
  const built = Math.min(modified(new URL('dist/cli.js', root)), modified(new URL('dist/daemon.js', root)));
  const sources = ['src/', 'scripts/build.mjs', 'package-lock.json'].map((path) => newestBeneath(new URL(path, root)));
  if (built > Math.max(...sources)) return;
  say('Building (npm run build)…');
  runCommand([process.execPath, fileURLToPath(new URL('scripts/build.mjs', root))], { quiet: true });
}

function newestBeneath(url) {
  if (!url.pathname.endsWith('/')) return modified(url);
  const names = readdirSync(url, { withFileTypes: true });
  const times = names.map((entry) => newestBeneath(new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, url)));
  return Math.max(modified(url), ...times);
}

/** Milliseconds since the epoch; 0 for a file that is not there, so that it counts as older than any other. */
function modified(url) {
  return statSync(url, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
