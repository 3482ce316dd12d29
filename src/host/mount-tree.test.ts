import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bindMount } from './bind-mount.ts';
import { openInRoot } from './in-root.ts';
import { mountTable } from './mount-table.ts';
import { copyMountTree } from './mount-tree.ts';
import { unmount } from './mounts.ts';

describe('copyMountTree', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'mount-tree-'));
    for (const name of ['top/inner', 'volume', 'place']) mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, 'volume/file'), 'in the volume');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('keeps mounts reachable, inner ones too, after they are gone from the mount table', () => {
    bindMount(join(dir, 'top'), join(dir, 'place'));
    bindMount(join(dir, 'volume'), join(dir, 'place/inner'), { readOnly: true });
    const tree = copyMountTree(join(dir, 'place'));
    unmount(join(dir, 'place/inner'));
    unmount(join(dir, 'place'));
    try {
      expect(mountTable().filter(({ mountpoint }) => mountpoint.startsWith(dir))).toEqual([]);
      expect(readFileSync(`/proc/self/fd/${tree}/inner/file`, 'utf8')).toBe('in the volume');
      const file = openInRoot(`/proc/self/fd/${tree}`, '../../inner/../inner/file', 0);
      expect(readFileSync(file, 'utf8')).toBe('in the volume');
      closeSync(file);
      expect(() => writeFileSync(`/proc/self/fd/${tree}/inner/file`, '')).toThrow(/EROFS/);
    } finally {
      closeSync(tree);
    }
  });

  it('says what cannot be copied and why', () => {
    expect(() => copyMountTree(join(dir, 'missing'))).toThrow(
      /copy the mounts at .*missing: no such file or directory/,
    );
  });
});
