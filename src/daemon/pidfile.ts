import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Writes this process's pid; what an earlier daemon left there is replaced, since the data root's lock decides. */
export function writePidfile(path: string): void {
  writeFileSync(path, `${process.pid}\n`, { mode: 0o644 });
}

/** Removes the file where it still names this process. */
export function removePidfile(path: string): void {
  try {
    if (readFileSync(path, 'utf8').trim() === String(process.pid)) rmSync(path);
  } catch {
    // Gone already: nothing to remove.
  }
}
