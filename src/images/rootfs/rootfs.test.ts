import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMountpoint, run } from '../../host/index.ts';
import { unpackLayer } from '../layers/unpack.ts';
import { changesOf } from './changes.ts';
import { exportDiff } from './export-diff.ts';
import { makeInitLayer } from './init-layer.ts';
import { makeReadOnlyRootfs, makeRootfs, mountOverlay, unmountOverlay } from './overlay.ts';

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
afterEach(async () => {
  await unmountOverlay(fs);
  rmSync(root, { recursive: true });
});

describe('a root file system', () => {
  it('shows the upper layers over the lower ones and keeps what is written apart', async () => {
    const lower = layer('lower', { 'etc/name': 'lower', 'etc/only': 'lower' });
    const upper = layer('upper', { 'etc/name': 'upper' });
    makeRootfs(fs, [upper, lower]);
    const mounted = mountOverlay(fs);
    expect(readFileSync(join(mounted, 'etc/name'), 'utf8')).toBe('upper');
    expect(readFileSync(join(mounted, 'etc/only'), 'utf8')).toBe('lower');
    writeFileSync(join(mounted, 'etc/name'), 'mine');
    expect(readFileSync(join(upper, 'etc/name'), 'utf8')).toBe('upper');
    await unmountOverlay(fs);
    expect(isMountpoint(mounted)).toBe(false);
  });

  it('is mounted once, however often it is asked for', async () => {
    makeRootfs(fs, [layer('a', {})]);
    expect(mountOverlay(fs)).toBe(mountOverlay(fs));
    await unmountOverlay(fs);
    await unmountOverlay(fs);
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

describe('a read-only root file system', () => {
  it.each([0, 1, 3])('shows %d layers as they are, and takes nothing', (count) => {
    const layers = Array.from({ length: count }, (_, index) =>
      layer(String(index), { [`f${index}`]: '', top: `${index}` }),
    );
    makeReadOnlyRootfs(fs, layers);
    const mounted = mountOverlay(fs);
    const names = Array.from({ length: count }, (_, index) => `f${index}`);
    expect(readdirSync(mounted).sort()).toEqual(count === 0 ? [] : [...names, 'top']);
    if (count > 0) expect(readFileSync(join(mounted, 'top'), 'utf8')).toBe('0');
    expect(() => writeFileSync(join(mounted, 'new'), '')).toThrow('EROFS');
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

  it('is nothing where files are only mounted over', async () => {
    const init = join(root, 'init');
    makeInitLayer(init);
    makeInitLayer(init);
    makeRootfs(fs, [layer('a', { 'etc/keep': '1', 'etc/hosts': 'of the image' }), init]);
    const mounted = mountOverlay(fs);
    expect(readFileSync(join(mounted, 'etc/hosts'), 'utf8')).toBe('of the image');
    for (const path of ['etc/hosts', 'etc/hostname', 'etc/resolv.conf', 'dev/console', '.dockerenv']) {
      expect(existsSync(join(mounted, path))).toBe(true);
    }
    expect(await changesOf(fs)).toEqual([]);
    writeFileSync(join(mounted, 'etc/hosts'), '127.0.0.1 me');
    expect((await changesOf(fs)).map(({ Path }) => Path)).toEqual(['/etc', '/etc/hosts']);
  });

  it('is nothing where a file was only opened for writing', async () => {
    makeRootfs(fs, [layer('a', { 'etc/keep': '1' })]);
    const mounted = mountOverlay(fs);
    closeSync(openSync(join(mounted, 'etc/keep'), 'r+'));
    expect(existsSync(join(fs, 'upper/etc/keep'))).toBe(true);
    expect(await changesOf(fs)).toEqual([]);
  });

  it('may have names of any bytes and lengths', async () => {
    const odd = Buffer.from([0x66, 0xff, 0xfe, 0x0a]);
    const lowerDir = layer('a', { ['w'.repeat(255)]: '1' });
    writeFileSync(Buffer.concat([Buffer.from(`${lowerDir}/d`), odd]), '');
    makeRootfs(fs, [lowerDir]);
    const mounted = mountOverlay(fs);
    writeFileSync(Buffer.concat([Buffer.from(`${mounted}/`), odd]), 'odd');
    rmSync(join(mounted, 'w'.repeat(255)));
    unlinkSync(Buffer.concat([Buffer.from(`${mounted}/d`), odd]));
    expect((await changesOf(fs)).map(({ Kind }) => Kind).sort()).toEqual([1, 2, 2]);
    const committed = join(root, 'layers/committed');
    await unpackLayer(await exportDiff(fs, root), committed);
    const names = readdirSync(Buffer.from(committed), 'latin1').sort();
    expect(names).toEqual([`d${odd.toString('latin1')}`, odd.toString('latin1'), 'w'.repeat(255)]);
    expect(readFileSync(Buffer.concat([Buffer.from(`${committed}/`), odd]), 'utf8')).toBe('odd');
  });

  it('that is nothing makes the layer of nothing', async () => {
    makeRootfs(fs, [layer('a', {})]);
    mountOverlay(fs);
    const facts = await unpackLayer(await exportDiff(fs, root), join(root, 'layers/empty'));
    expect(facts.diffId).toBe('sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef');
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
      await unmountOverlay(second);
    }
  });
});
