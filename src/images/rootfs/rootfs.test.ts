import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMountpoint, run } from '../../host/index.ts';
import { unpackLayer } from '../layers/unpack.ts';
import { changesOf } from './changes.ts';
import { exportDiff } from './export-diff.ts';
import { makeRootfs, mountOverlay, unmountOverlay } from './overlay.ts';

let root: string;
let fs: string;

const layer = (name: string, files: Record<string, string>): string => {
  const dir = join(root, 'layers', name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  mkdirSync(dir, { recursive: true });
  return dir;
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-rootfs-'));
  fs = join(root, 'fs');
});
afterEach(() => {
  unmountOverlay(fs);
  rmSync(root, { recursive: true });
});

describe('a root file system', () => {
  it('shows the upper layers over the lower ones and keeps what is written apart', () => {
    const lower = layer('lower', { 'etc/name': 'lower', 'etc/only': 'lower' });
    const upper = layer('upper', { 'etc/name': 'upper' });
    makeRootfs(fs, [upper, lower]);
    const mounted = mountOverlay(fs);
    expect(readFileSync(join(mounted, 'etc/name'), 'utf8')).toBe('upper');
    expect(readFileSync(join(mounted, 'etc/only'), 'utf8')).toBe('lower');
    writeFileSync(join(mounted, 'etc/name'), 'mine');
    expect(readFileSync(join(upper, 'etc/name'), 'utf8')).toBe('upper');
    unmountOverlay(fs);
    expect(isMountpoint(mounted)).toBe(false);
  });

  it('is mounted once, however often it is asked for', () => {
    makeRootfs(fs, [layer('a', {})]);
    expect(mountOverlay(fs)).toBe(mountOverlay(fs));
    unmountOverlay(fs);
    unmountOverlay(fs);
    expect(isMountpoint(join(fs, 'merged'))).toBe(false);
  });

  it('works for an image without layers', () => {
    makeRootfs(fs, []);
    const mounted = mountOverlay(fs);
    writeFileSync(join(mounted, 'f'), 'x');
    expect(existsSync(join(fs, 'upper/f'))).toBe(true);
  });

  it('takes hundreds of layers', () => {
    const layers = Array.from({ length: 300 }, (_, index) =>
      layer(`layer-with-a-rather-long-name-${index}`, { [`f${index}`]: '' }),
    );
    makeRootfs(fs, layers);
    const mounted = mountOverlay(fs);
    expect(existsSync(join(mounted, 'f0')) && existsSync(join(mounted, 'f299'))).toBe(true);
  });

  it('has the root folder’s mode of the image', () => {
    const lower = layer('a', {});
    chmodSync(lower, 0o1777);
    makeRootfs(fs, [lower]);
    expect(statSync(mountOverlay(fs)).mode & 0o7777).toBe(0o1777);
  });
});

describe('what a container has changed', () => {
  it('is told as added, changed and deleted, with the folders it happened in', async () => {
    makeRootfs(fs, [
      layer('a', { 'etc/keep': '1', 'etc/edit': '1', 'etc/drop': '1', 'var/old/x': '1', 'quiet/x': '1' }),
    ]);
    const mounted = mountOverlay(fs);
    writeFileSync(join(mounted, 'etc/edit'), '2');
    rmSync(join(mounted, 'etc/drop'));
    mkdirSync(join(mounted, 'new'));
    writeFileSync(join(mounted, 'new/file'), '');
    rmSync(join(mounted, 'var/old'), { recursive: true });
    mkdirSync(join(mounted, 'var/old'));
    expect(await changesOf(fs)).toEqual([
      { Path: '/etc', Kind: 0 },
      { Path: '/etc/drop', Kind: 2 },
      { Path: '/etc/edit', Kind: 0 },
      { Path: '/new', Kind: 1 },
      { Path: '/new/file', Kind: 1 },
      { Path: '/var', Kind: 0 },
      { Path: '/var/old', Kind: 0 },
      { Path: '/var/old/x', Kind: 2 },
    ]);
  });

  it('leaves out the empty files that are there to be mounted over', async () => {
    makeRootfs(fs, [layer('a', { 'etc/keep': '1' })]);
    const mounted = mountOverlay(fs);
    for (const name of ['hosts', 'hostname', 'resolv.conf']) writeFileSync(join(mounted, 'etc', name), '');
    expect(await changesOf(fs)).toEqual([]);
    writeFileSync(join(mounted, 'etc/hosts'), '127.0.0.1 me');
    expect((await changesOf(fs)).map(({ Path }) => Path)).toEqual(['/etc', '/etc/hosts']);
  });

  it('becomes a layer that makes the same tree over the same image', async () => {
    const base = layer('a', { 'etc/drop': '1', 'var/old/x': '1', keep: '1' });
    makeRootfs(fs, [base]);
    const mounted = mountOverlay(fs);
    rmSync(join(mounted, 'etc/drop'));
    rmSync(join(mounted, 'var/old'), { recursive: true });
    mkdirSync(join(mounted, 'var/old'));
    writeFileSync(join(mounted, 'var/old/y'), 'y', { mode: 0o640 });
    const committed = join(root, 'layers/committed');
    await unpackLayer(await exportDiff(fs, root), committed);
    const second = join(root, 'second');
    makeRootfs(second, [committed, base]);
    const copy = mountOverlay(second);
    try {
      expect((await run(['diff', '-r', mounted, copy])).stdout).toBe('');
      expect(existsSync(join(copy, 'etc/drop'))).toBe(false);
      expect(statSync(join(copy, 'var/old/y')).mode & 0o777).toBe(0o640);
    } finally {
      unmountOverlay(second);
    }
  });
});
