import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { mountpointsBeneath } from '../mount-table.ts';
import { unmount } from '../mounts.ts';
import { removeTree } from '../remove-tree.ts';

/** A folder for one test, gone after it together with everything a test left mounted inside. */
export function scratch(): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'holdfast-host-'));
  made.push(dir);
  return dir;
}

const made: string[] = [];

afterEach(async () => {
  for (const dir of made.splice(0)) {
    for (const mountpoint of mountpointsBeneath(dir)) unmount(mountpoint, { detach: true });
    await removeTree(dir);
  }
});
