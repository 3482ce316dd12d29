import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A new folder for one test's files. Under /var/tmp, which is on a disk where /tmp may be memory: overlay file systems
 * and extended attributes need a real one. The name is short because socket paths may not pass 107 bytes.
 */
export function makeFolder(): string {
  return mkdtempSync(join(process.env.HOLDFAST_TEST_FOLDER ?? '/var/tmp', 'hf-test-'));
}

/** Removes what makeFolder made, with all that a test left in it. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
