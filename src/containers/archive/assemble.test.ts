import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bindMount, mountTable, unmount } from '../../host/index.ts';
import { assembleView, type MountedView, type ViewMount } from './assemble.ts';

const bind = (source: string, destination: string, more: Partial<ViewMount> = {}): ViewMount => ({
  source,
  destination,
  readWrite: true,
  recursive: true,
  recursiveReadOnly: true,
  isVolume: true,
  ...more,
});

describe('assembleView', () => {
  let dir = '';
  let rootfs = '';
  let volume = '';
  const open: MountedView[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'view-'));
    rootfs = join(dir, 'rootfs');
    volume = join(dir, 'volume');
    mkdirSync(join(rootfs, 'etc'), { recursive: true });
    mkdirSync(volume);
    writeFileSync(join(volume, 'file'), 'volume');
  });
  afterEach(() => {
    for (const { tree } of open.splice(0)) closeSync(tree);
    rmSync(dir, { recursive: true, force: true });
  });

  const view = (mounts: ViewMount[], readOnly = false): { at: (path: string) => string } & MountedView => {
    const made = assembleView({ rootfs, places: join(dir, 'places'), mounts, readOnly });
    open.push(made);
    return { ...made, at: (path) => `/proc/self/fd/${made.tree}${path}` };
  };
  const mountsOfTest = () => mountTable().filter(({ mountpoint }) => mountpoint.startsWith(dir));

  it('shows mounts inside the root file system, and leaves no trace in the mount table', () => {
    const { at, volumes } = view([bind(volume, '/data/deep')]);
    expect(readFileSync(at('/data/deep/file'), 'utf8')).toBe('volume');
    writeFileSync(at('/data/deep/new'), 'by the view');
    expect(readFileSync(join(volume, 'new'), 'utf8')).toBe('by the view');
    expect(volumes).toMatchObject([{ path: '/data/deep', readWrite: true }]);
    expect(mountsOfTest()).toEqual([]);
    expect(readdirSync(join(dir, 'places'))).toEqual([]);
  });

  it('resolves links of a destination inside the root file system', () => {
    mkdirSync(join(rootfs, 'run'));
    mkdirSync(join(rootfs, 'var'));
    symlinkSync('/run', join(rootfs, 'var/run'));
    symlinkSync('../../../../../../etc', join(rootfs, 'up'));
    const { at, volumes } = view([bind(volume, '/var/run/app'), bind(volume, '/up/conf')]);
    expect(readFileSync(at('/run/app/file'), 'utf8')).toBe('volume');
    expect(readFileSync(at('/etc/conf/file'), 'utf8')).toBe('volume');
    expect(volumes.map(({ path }) => path)).toEqual(['/run/app', '/etc/conf']);
    expect(existsSync('/etc/conf')).toBe(false);
  });

  it('mounts files over files, and makes those that are missing', () => {
    writeFileSync(join(rootfs, 'etc/hosts'), 'of the image');
    const { at } = view([bind(join(volume, 'file'), '/etc/hosts'), bind(join(volume, 'file'), '/opt/one/file')]);
    expect(readFileSync(at('/etc/hosts'), 'utf8')).toBe('volume');
    expect(readFileSync(at('/opt/one/file'), 'utf8')).toBe('volume');
    expect(readFileSync(join(rootfs, 'etc/hosts'), 'utf8')).toBe('of the image');
  });

  it('keeps read-only what is, with what is mounted inside it', () => {
    mkdirSync(join(volume, 'inner'));
    bindMount(join(rootfs, 'etc'), join(volume, 'inner'));
    try {
      const { at } = view([bind(volume, '/ro', { readWrite: false })]);
      expect(() => writeFileSync(at('/ro/file'), '')).toThrow(/EROFS/);
      expect(() => writeFileSync(at('/ro/inner/file'), '')).toThrow(/EROFS/);
      writeFileSync(at('/etc/file'), '');
    } finally {
      unmount(join(volume, 'inner'));
    }
  });

  it('keeps a read-only root file system read-only, but not its volumes', () => {
    const { at } = view([bind(volume, '/data')], true);
    expect(() => writeFileSync(at('/etc/file'), '')).toThrow(/EROFS/);
    writeFileSync(at('/data/file'), 'changed');
    expect(readFileSync(join(volume, 'file'), 'utf8')).toBe('changed');
    writeFileSync(join(rootfs, 'etc/file'), 'the folder itself stays as writable as it was');
  });

  it('gives each view an empty tmpfs of its own', () => {
    mkdirSync(join(rootfs, 'tmp'));
    writeFileSync(join(rootfs, 'tmp/under'), '');
    const tmpfs = bind('', '/tmp', { isVolume: false });
    const [one, other] = [view([tmpfs]), view([tmpfs])];
    writeFileSync(one.at('/tmp/file'), '');
    expect(readdirSync(other.at('/tmp'))).toEqual([]);
    expect(one.volumes).toEqual([]);
  });

  it('clears what a crash left at its place, and leaves nothing where it fails', () => {
    const left = join(dir, 'places/left');
    mkdirSync(left, { recursive: true });
    bindMount(rootfs, left);
    bindMount(volume, join(left, 'etc'));
    expect(() => view([bind(join(dir, 'missing'), '/data')])).toThrow(/missing/);
    expect(mountsOfTest()).toEqual([]);
    expect(readdirSync(join(dir, 'places'))).toEqual([]);
  });
});
