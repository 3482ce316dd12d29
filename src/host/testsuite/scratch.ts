import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { mountpointsBeneath } from '../mount-table.ts';
import { mount, unmount } from '../mounts.ts';
import { removeTree } from '../remove-tree.ts';

/** A folder for one test, gone after it together with everything a test left mounted inside. */
export function scratch(): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'holdfast-host-'));
  made.push(dir);
  return dir;
}

/** A folder for one test that is in memory: for tests with thousands of files, which would keep a disk busy. */
export function memoryScratch(): string {
  const dir = join(scratch(), 'memory');
  mkdirSync(dir);
  mount({ source: 'tmpfs', target: dir, type: 'tmpfs', flags: 0, data: '' });
  return dir;
}

const made: string[] = [];

afterEach(async () => {
  for (const dir of made.splice(0)) {
    for (const mountpoint of mountpointsBeneath(dir)) unmount(mountpoint, { detach: true });
    await removeTree(dir);
  }
});
