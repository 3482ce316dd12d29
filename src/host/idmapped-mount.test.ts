import { chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mountIdmapped } from './idmapped-mount.ts';
import { clearPlaces, dropPlace } from './mount-place.ts';
import { mountTable } from './mount-table.ts';
import { mount } from './mounts.ts';
import { scratch } from './testsuite/scratch.ts';

/** 0 and 1000 change places, users and groups alike; 33 stays. */
const ranges = [
  { from: 0, to: 1000, count: 1 },
  { from: 33, to: 33, count: 1 },
  { from: 1000, to: 0, count: 1 },
];
const map = { uids: ranges, gids: ranges };

function places(): { source: string; target: string } {
  const dir = scratch();
  const [source, target] = [join(dir, 'source'), join(dir, 'target')];
  mkdirSync(join(source, 'inner'), { recursive: true });
  return { source, target };
}

describe('mountIdmapped', () => {
  it('shows other owners, and writes back as those on disk', async () => {
    const { source, target } = places();
    chownSync(join(source, 'inner'), 33, 1000);
    await mountIdmapped(source, target, { map, recursive: true });
    expect(statSync(target)).toMatchObject({ uid: 1000, gid: 1000 });
    expect(statSync(join(target, 'inner'))).toMatchObject({ uid: 33, gid: 0 });
    writeFileSync(join(target, 'made'), '');
    expect(statSync(join(source, 'made'))).toMatchObject({ uid: 1000, gid: 1000 });
    expect(mountTable().find(({ mountpoint }) => mountpoint === target)?.options).toContain('idmapped');
  });

  it('takes along what is mounted inside, or leaves it out', async () => {
    const { source, target } = places();
    mount({ source: 'tmpfs', target: join(source, 'inner'), type: 'tmpfs', flags: 0, data: 'mode=0700' });
    writeFileSync(join(source, 'inner/file'), '');
    await mountIdmapped(source, target, { map, recursive: true });
    expect(statSync(join(target, 'inner/file')).uid).toBe(1000);
    const second = join(target, '..', 'second');
    await mountIdmapped(source, second, { map, recursive: false });
    expect(statSync(join(second, 'inner')).mode & 0o777).toBe(0o755);
  });

  it('takes a single file', async () => {
    const { source, target } = places();
    writeFileSync(join(source, 'file'), '');
    await mountIdmapped(join(source, 'file'), target, { map, recursive: true });
    expect(statSync(target).uid).toBe(1000);
    dropPlace(target);
    expect(existsSync(target)).toBe(false);
  });

  it('mounts nothing where a file system cannot, or the map is none', async () => {
    const { target } = places();
    await expect(mountIdmapped('/proc', target, { map, recursive: false })).rejects.toThrow('map the owners of /proc');
    const twice = [...ranges, ...ranges];
    const bad = { map: { uids: twice, gids: twice }, recursive: false };
    await expect(mountIdmapped('/srv', target, bad)).rejects.toThrow('cannot make a user namespace');
    expect(existsSync(target)).toBe(false);
  });

  it('is taken away with its place, all of a folder at once', async () => {
    const { source, target } = places();
    await mountIdmapped(source, join(target, 'one'), { map, recursive: true });
    await mountIdmapped(source, join(target, 'two'), { map, recursive: true });
    // As a crash leaves it between making the place and mounting on it.
    mkdirSync(join(target, 'three'));
    clearPlaces(target);
    clearPlaces(join(target, 'none'));
    expect(readdirSync(target)).toEqual([]);
    expect(readdirSync(source)).toEqual(['inner']);
  });
});
