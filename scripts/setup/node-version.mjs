import { readFileSync } from 'node:fs';
import { stop } from './say.mjs';

/** Stops with the reason where this Node is older than package.json's `engines` asks for, or the system is not Linux. */
export function requireNode(root) {
  if (process.platform !== 'linux') stop(`Holdfast runs on Linux; this is ${process.platform}.`);
  const { engines } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const wanted = engines.node.replace(/^>=/, '');
  if (isOlder(process.versions.node, wanted)) {
    stop(`Holdfast needs Node.js ${wanted} or newer; this is ${process.versions.node} (${process.execPath}).`);
  }
}

/** Compares dotted versions number by number. */
function isOlder(version, wanted) {
  const have = version.split('.').map(Number);
  for (const [index, part] of wanted.split('.').map(Number).entries()) {
    if ((have[index] ?? 0) !== part) return (have[index] ?? 0) < part;
  }
  return false;
}
