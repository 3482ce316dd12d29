import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { mountpointsBeneath, unmount } from '../../host/index.ts';

/** A new empty folder, gone at the end of the test together with whatever is still mounted in it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-volumes-'));
  onTestFinished(() => {
    for (const mountpoint of mountpointsBeneath(folder)) unmount(mountpoint, { detach: true });
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
