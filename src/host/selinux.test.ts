import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mount } from './mounts.ts';
import { containerFileLabel, relabelTree } from './selinux.ts';
import { scratch } from './testsuite/scratch.ts';
import { getXattr } from './xattr.ts';

/*
 * The attribute itself can be tried without SELinux: to a kernel without it, it is one like others.
 */

const label = 'system_u:object_r:container_file_t:s0';
const labelOf = (path: string): string | undefined => getXattr(path, 'security.selinux')?.toString();

describe('SELinux labels', () => {
  it('go onto all of a tree, onto links and not what they point to', async () => {
    const dir = scratch();
    mkdirSync(join(dir, 'tree/deep'), { recursive: true });
    writeFileSync(join(dir, 'tree/deep/file'), '');
    writeFileSync(join(dir, 'outside'), '');
    symlinkSync('../outside', join(dir, 'tree/link'));
    await relabelTree(join(dir, 'tree'), label);
    for (const name of ['tree', 'tree/deep', 'tree/deep/file', 'tree/link']) {
      expect(labelOf(join(dir, name))).toBe(`${label}\0`);
    }
    expect(labelOf(join(dir, 'outside'))).toBeUndefined();
  });

  it('are left out where a file system has none', async () => {
    const dir = join(scratch(), 'proc');
    mkdirSync(dir);
    mount({ source: 'proc', target: dir, type: 'proc', flags: 0, data: '' });
    await relabelTree(join(dir, 'sys/kernel/random'), label);
    expect(labelOf(join(dir, 'sys/kernel/random'))).toBeUndefined();
  });

  it('are those of the host’s policy', () => {
    const etc = scratch();
    expect(containerFileLabel(etc)).toBe(label);
    mkdirSync(join(etc, 'mls/contexts'), { recursive: true });
    writeFileSync(join(etc, 'config'), '# SELINUXTYPE=none\nSELINUX=enforcing\nSELINUXTYPE=mls # as policies go\n');
    expect(containerFileLabel(etc)).toBe(label);
    const contexts = 'process = "system_u:system_r:box_t:s0"\nfile = "system_u:object_r:box_file_t:s0"\n';
    writeFileSync(join(etc, 'mls/contexts/lxc_contexts'), contexts);
    expect(containerFileLabel(etc)).toBe('system_u:object_r:box_file_t:s0');
  });
});
