import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.mjs';
import { say } from './say.mjs';

/** Runs `npm ci` where node_modules does not hold what package-lock.json says. */
export function ensureNpmPackages(root) {
  if (isUpToDate(root)) return;
  say('Installing npm packages (npm ci)…');
  runCommand(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true, cwd: fileURLToPath(root) });
}

/**
 * npm keeps what it installed in node_modules/.package-lock.json. Versions are compared rather than file times, which
 * a checkout or a copy changes. Optional packages are those of other platforms too, so their absence says nothing.
 */
function isUpToDate(root) {
  const wanted = readLock(new URL('package-lock.json', root));
  const installed = readLock(new URL('node_modules/.package-lock.json', root));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional === true || installed[path]?.version === entry.version,
  );
}

function readLock(url) {
  try {
    return JSON.parse(readFileSync(url, 'utf8')).packages;
  } catch {
    // Missing or cut short by an interrupted install: either way the packages have to be installed.
    return undefined;
  }
}
