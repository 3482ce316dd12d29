import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { mountpointsBeneath, unmount } from '../../host/index.ts';

const made: string[] = [];

/** A new folder that goes, with what is mounted in it, when the test is over. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-images-'));
  made.push(dir);
  return dir;
}

afterEach(() => {
  for (const dir of made.splice(0)) {
    for (const mountpoint of mountpointsBeneath(dir)) unmount(mountpoint, { detach: true });
    rmSync(dir, { recursive: true, force: true });
  }
});

/** The paths in a folder, sorted, each with the letter of its kind: `d a`, `f a/b`, `l link`, `c device`. */
export function listing(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((path) => `${kindOf(join(dir, path))} ${path}`)
    .sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1));
}

function kindOf(path: string): string {
  const stat = lstatSync(path);
  if (stat.isDirectory()) return 'd';
  if (stat.isSymbolicLink()) return 'l';
  if (stat.isCharacterDevice()) return 'c';
  if (stat.isBlockDevice()) return 'b';
  return stat.isFIFO() ? 'p' : 'f';
}
