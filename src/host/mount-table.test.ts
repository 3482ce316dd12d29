import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMountpoint, mountpointsBeneath, mountTable, parseMountInfo } from './mount-table.ts';
import { mount, unmount } from './mounts.ts';
import { scratch } from './testsuite/scratch.ts';

function tmpfs(target: string): string {
  mkdirSync(target, { recursive: true });
  mount({ source: 'tmpfs', target, type: 'tmpfs', flags: 0, data: 'size=1m' });
  return target;
}

describe('parseMountInfo', () => {
  it('reads optional fields, and a source that is empty', () => {
    const text = [
      '36 35 98:0 /mnt1 /mnt2 rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue',
      '40 36 0:30 / /with\\040blank\\134 ro - tmpfs  rw,size=1k',
      'not a line',
    ].join('\n');
    expect(parseMountInfo(text)).toEqual([
      {
        id: 36,
        parent: 35,
        device: '98:0',
        root: '/mnt1',
        mountpoint: '/mnt2',
        options: ['rw', 'noatime'],
        propagation: ['shared:1', 'master:2'],
        type: 'ext3',
        source: '/dev/root',
        superOptions: 'rw,errors=continue',
      },
      {
        id: 40,
        parent: 36,
        device: '0:30',
        root: '/',
        mountpoint: '/with blank\\',
        options: ['ro'],
        propagation: [],
        type: 'tmpfs',
        source: '',
        superOptions: 'rw,size=1k',
      },
    ]);
  });

  it('takes back every escape the kernel writes', () => {
    const escaped = (path: string): string =>
      path.replace(/[ \t\n\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
    const path = fc.array(fc.constantFrom('a', '/', ' ', '\t', '\n', '\\', '#', '0', '4', 'ö')).map((c) => c.join(''));
    fc.assert(
      fc.property(path, (mountpoint) => {
        const line = `1 2 3:4 / ${escaped(`/${mountpoint}`)} rw - tmpfs x rw`;
        expect(parseMountInfo(line)[0]?.mountpoint).toBe(`/${mountpoint}`);
      }),
    );
  });

  it('never fails, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => parseMountInfo(text).length >= 0));
  });
});

describe('the real table', () => {
  it('shows a mount at once and forgets it at once', () => {
    const place = join(scratch(), 'a b');
    mkdirSync(place);
    for (let round = 0; round < 20; round += 1) {
      expect(isMountpoint(place)).toBe(false);
      tmpfs(place);
      expect(isMountpoint(place)).toBe(true);
      expect(mountTable().filter((entry) => entry.mountpoint === place)).toMatchObject([{ type: 'tmpfs' }]);
      unmount(place);
    }
    expect(isMountpoint(place)).toBe(false);
  });

  it('follows links above the place, but not the place itself', () => {
    const dir = scratch();
    const place = tmpfs(join(dir, 'real/place'));
    symlinkSync(join(dir, 'real'), join(dir, 'link'));
    symlinkSync(place, join(dir, 'last'));
    expect(isMountpoint(join(dir, 'link/place'))).toBe(true);
    expect(isMountpoint(join(dir, 'last'))).toBe(false);
    expect(isMountpoint(join(dir, 'missing/place'))).toBe(false);
    expect(mountpointsBeneath(join(dir, 'link'))).toEqual([place]);
  });

  it('lists what is inside a folder, deepest first, twice where mounted twice', () => {
    const dir = scratch();
    const outer = tmpfs(join(dir, 'x'));
    const inner = tmpfs(join(outer, 'y/z'));
    tmpfs(inner);
    tmpfs(join(dir, 'xx'));
    expect(mountpointsBeneath(join(dir, 'x'))).toEqual([inner, inner]);
    expect(mountpointsBeneath(dir)).toEqual([inner, inner, join(dir, 'xx'), outer]);
    for (const mountpoint of mountpointsBeneath(dir)) unmount(mountpoint);
    expect(mountpointsBeneath(dir)).toEqual([]);
    expect(mountpointsBeneath(join(dir, 'missing/too'))).toEqual([]);
  });
});
