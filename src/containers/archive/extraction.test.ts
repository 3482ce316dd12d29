import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bindMount, copyMountTree, getXattr, setXattr, unmount } from '../../host/index.ts';
import { Extraction, type Owner } from './extraction.ts';
import { tarEntries } from './tar-entries.ts';

type Member = Parameters<ReturnType<typeof pack>['entry']>[0] & { data?: string };

function archiveOf(members: readonly Member[]): AsyncIterable<Buffer> {
  const packed = pack();
  for (const { data = '', ...header } of members) packed.entry({ mtime: new Date(1_000_000), ...header }, data);
  packed.finalize();
  return packed as unknown as AsyncIterable<Buffer>;
}

describe('Extraction', () => {
  let dir = '';
  let root = '';
  let outside = '';
  const racers: ChildProcess[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'extraction-'));
    root = join(dir, 'root');
    outside = join(dir, 'outside');
    mkdirSync(join(root, 'data'), { recursive: true });
    mkdirSync(outside);
  });
  afterEach(async () => {
    for (const racer of racers.splice(0)) {
      racer.kill('SIGKILL');
      await new Promise((resolve) => racer.once('exit', resolve));
    }
    rmSync(dir, { recursive: true, force: true });
  });

  async function extract(
    archive: AsyncIterable<Buffer>,
    options: { folder?: string; owner?: Owner; keepKinds?: boolean; root?: string } = {},
  ): Promise<void> {
    const { folder = '/data', owner, keepKinds = false } = options;
    const extraction = new Extraction({ root: options.root ?? root, folder, owner, keepKinds });
    try {
      for await (const entry of tarEntries(archive)) await extraction.add(entry);
      extraction.finish();
    } finally {
      extraction.close();
    }
  }
  const at = (path: string): string => join(root, path);

  it('restores what GNU tar packed: owners, modes, times, links, attributes, special files', async () => {
    const source = join(dir, 'source');
    mkdirSync(join(source, 'folder'), { recursive: true });
    writeFileSync(join(source, 'folder/tool'), 'content');
    execFileSync('chown', ['1234:4321', join(source, 'folder/tool')]);
    chmodSync(join(source, 'folder/tool'), 0o6755);
    setXattr(join(source, 'folder/tool'), 'user.note', Buffer.from('ff00fe', 'hex'));
    linkSync(join(source, 'folder/tool'), join(source, 'folder/same'));
    symlinkSync('../beyond', join(source, 'folder/link'));
    execFileSync('mkfifo', ['-m', '622', join(source, 'folder/fifo')]);
    execFileSync('mknod', ['-m', '604', join(source, 'folder/null'), 'c', '1', '3']);
    chmodSync(join(source, 'folder'), 0o1711);
    execFileSync('touch', [
      '-h',
      '-d',
      '@-5.5',
      ...['tool', 'link', 'fifo'].map((name) => join(source, 'folder', name)),
    ]);
    execFileSync('touch', ['-d', '@1234567.25', join(source, 'folder')]);
    const archive = execFileSync('tar', ['-C', source, '--format=pax', '--xattrs', '-c', '.']);
    await extract(
      (async function* () {
        yield archive;
      })(),
    );

    const tool = lstatSync(at('data/folder/tool'));
    expect([tool.uid, tool.gid, tool.mode & 0o7777, tool.nlink]).toEqual([1234, 4321, 0o6755, 2]);
    expect(lstatSync(at('data/folder/same')).ino).toBe(tool.ino);
    expect(getXattr(at('data/folder/tool'), 'user.note')?.toString('hex')).toBe('ff00fe');
    expect(readlinkSync(at('data/folder/link'))).toBe('../beyond');
    for (const name of ['tool', 'link', 'fifo']) expect(lstatSync(at(`data/folder/${name}`)).mtimeMs).toBe(-5500);
    expect(lstatSync(at('data/folder/fifo')).isFIFO()).toBe(true);
    const device = lstatSync(at('data/folder/null'));
    expect([device.isCharacterDevice(), device.rdev, device.mode & 0o777]).toEqual([true, 0x103, 0o604]);
    const folder = lstatSync(at('data/folder'));
    expect([folder.mode & 0o7777, folder.mtimeMs]).toEqual([0o1711, 1_234_567_250]);
  });

  it('merges folders, replaces anything else, and makes missing parents', async () => {
    mkdirSync(at('data/kept'));
    writeFileSync(at('data/kept/old'), '');
    mkdirSync(at('data/was-folder/full/of/things'), { recursive: true });
    symlinkSync(join(outside, 'victim'), at('data/was-link'));
    writeFileSync(at('data/was-file'), '');
    await extract(
      archiveOf([
        { name: 'kept', type: 'directory', mode: 0o700 },
        { name: 'was-folder', data: 'file' },
        { name: 'was-link', data: 'file' },
        { name: 'was-file', type: 'directory' },
        { name: 'no/such/parent/file', data: 'deep' },
      ]),
    );
    expect(readdirSync(at('data/kept'))).toEqual(['old']);
    expect(statSync(at('data/kept')).mode & 0o777).toBe(0o700);
    expect(readFileSync(at('data/was-folder'), 'utf8')).toBe('file');
    expect(lstatSync(at('data/was-link')).isFile()).toBe(true);
    expect(lstatSync(at('data/was-file')).isDirectory()).toBe(true);
    expect(readFileSync(at('data/no/such/parent/file'), 'utf8')).toBe('deep');
    expect(statSync(at('data/no/such')).mode & 0o777).toBe(0o755);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('refuses to swap a folder and a file where asked to keep kinds', async () => {
    mkdirSync(at('data/folder'));
    writeFileSync(at('data/file'), '');
    await expect(extract(archiveOf([{ name: 'folder', data: 'x' }]), { keepKinds: true })).rejects.toThrow(
      'cannot overwrite directory "/data/folder" with non-directory "/data"',
    );
    await expect(extract(archiveOf([{ name: 'file', type: 'directory' }]), { keepKinds: true })).rejects.toThrow(
      'cannot overwrite non-directory "/data/file" with directory "/data"',
    );
    await extract(archiveOf([{ name: 'file', data: 'new' }]), { keepKinds: true });
    expect(readFileSync(at('data/file'), 'utf8')).toBe('new');
  });

  it('gives everything to one owner where asked', async () => {
    await extract(
      archiveOf([
        { name: 'folder/file', uid: 7, gid: 8 },
        { name: 'link', type: 'symlink', linkname: 'x' },
      ]),
      {
        owner: { uid: 33, gid: 34 },
      },
    );
    for (const path of ['data/folder/file', 'data/link']) {
      expect([lstatSync(at(path)).uid, lstatSync(at(path)).gid]).toEqual([33, 34]);
    }
  });

  it.each(['../escape', '/../escape', 'a/../../escape'])('refuses the name %s', async (name) => {
    await expect(extract(archiveOf([{ name, data: 'x' }]))).rejects.toMatchObject({ kind: 'invalid-argument' });
    expect(existsSync(at('escape'))).toBe(false);
  });

  it('keeps hard links to files outside of the folder out', async () => {
    writeFileSync(at('secret'), '');
    const members: Member[] = [{ name: 'link', type: 'link', linkname: '../secret' }];
    await expect(extract(archiveOf(members))).rejects.toThrow('invalid hardlink "/secret" -> "../secret"');
  });

  it('makes no relative link that leads out of the folder, and touches nothing for it', async () => {
    writeFileSync(at('data/link'), 'kept');
    const members: Member[] = [{ name: 'link', type: 'symlink', linkname: './../../x' }];
    await expect(extract(archiveOf(members))).rejects.toThrow('invalid symlink "/data/link" -> "./../../x"');
    expect(readFileSync(at('data/link'), 'utf8')).toBe('kept');
  });

  it('follows links as the container would: inside, wherever they point', async () => {
    mkdirSync(at('target'));
    symlinkSync('/target', at('data/absolute'));
    symlinkSync('../../../../../../target', at('data/upwards'));
    symlinkSync(outside, at('data/out'));
    await extract(
      archiveOf([
        { name: 'absolute/one', data: '1' },
        { name: 'upwards/two', data: '2' },
        { name: 'out/three', data: '3' },
        { name: 'made', type: 'symlink', linkname: outside },
        { name: 'made/four', data: '4' },
      ]),
    );
    expect(readdirSync(at('target')).sort()).toEqual(['one', 'two']);
    expect(readdirSync(outside)).toEqual([]);
    expect(readdirSync(at(outside)).sort()).toEqual(['four', 'three']);
  });

  it('does not take away a mountpoint, nor a folder that holds one', async () => {
    mkdirSync(at('data/box/inner'), { recursive: true });
    writeFileSync(join(outside, 'kept'), '');
    bindMount(root, root, { propagation: 'private' });
    bindMount(outside, at('data/box/inner'));
    const tree = copyMountTree(root);
    unmount(at('data/box/inner'));
    unmount(root);
    try {
      const view = { root: `/proc/self/fd/${tree}` };
      await expect(extract(archiveOf([{ name: 'inner', data: '' }]), { ...view, folder: '/data/box' })).rejects.toThrow(
        'unlinkat /data/box/inner: device or resource busy',
      );
      await expect(extract(archiveOf([{ name: 'box', data: '' }]), view)).rejects.toThrow(
        'unlinkat /data/box/inner: device or resource busy',
      );
    } finally {
      closeSync(tree);
    }
    expect(readdirSync(outside)).toEqual(['kept']);
  });

  it('leaves no file open, also where it fails', async () => {
    const before = readdirSync('/proc/self/fd').length;
    await extract(archiveOf([{ name: 'a/b' }, { name: 'c/d' }, { name: 'e', type: 'directory' }]));
    await extract(archiveOf([{ name: 'a/b' }, { name: 'a/b/c' }])).catch(() => {});
    await extract(archiveOf([{ name: 'x', type: 'link', linkname: 'nowhere' }])).catch(() => {});
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });

  /** Swaps `box/x` between a folder and a link to the outside, as fast as it can, and makes anew what is missing. */
  async function swapping(): Promise<void> {
    const loop = `
      const { mkdirSync, renameSync, symlinkSync } = require('node:fs');
      const attempt = (work, ...args) => { try { work(...args); } catch {} };
      for (;;) {
        attempt(mkdirSync, 'box');
        attempt(mkdirSync, 'box/x');
        attempt(mkdirSync, 'box/x/folder');
        attempt(symlinkSync, ${JSON.stringify(outside)}, 'box/link');
        for (let round = 0; round < 20; round += 1) {
          attempt(renameSync, 'box/x', 'box/real');
          attempt(renameSync, 'box/link', 'box/x');
          attempt(renameSync, 'box/x', 'box/link');
          attempt(renameSync, 'box/real', 'box/x');
        }
      }`;
    racers.push(spawn(process.execPath, ['-e', loop], { cwd: at('data'), stdio: 'ignore' }));
    while (lstatSync(at('data/box/real'), { throwIfNoEntry: false }) === undefined) await delay(1);
  }

  it('never writes outside while folders are swapped for links', async () => {
    writeFileSync(join(outside, 'file'), 'untouched');
    await swapping();
    for (const until = performance.now() + 1500; performance.now() < until; ) {
      await extract(
        archiveOf([
          { name: 'box/x/file', data: 'written', uid: 99 },
          { name: 'box/x/deep/file', data: 'written' },
          { name: 'box/x/new', type: 'directory', mode: 0o777 },
          { name: 'box/x/link', type: 'link', linkname: 'box/x/file' },
        ]),
      ).catch(() => {});
    }
    expect(readdirSync(outside)).toEqual(['file']);
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('untouched');
    expect(statSync(join(outside, 'file')).uid).toBe(0);
  });

  it('never removes or changes anything outside while folders are swapped for links', async () => {
    mkdirSync(join(outside, 'folder'), { mode: 0o700 });
    writeFileSync(join(outside, 'folder/file'), 'untouched');
    await swapping();
    for (const until = performance.now() + 1500; performance.now() < until; ) {
      await extract(archiveOf([{ name: 'box/x/folder', type: 'directory', mode: 0o777, uid: 5 }])).catch(() => {});
      await extract(archiveOf([{ name: 'box/x', type: 'directory', mode: 0o777, uid: 5 }])).catch(() => {});
      await extract(archiveOf([{ name: 'box', data: 'a file now' }])).catch(() => {});
      await extract(archiveOf([{ name: 'box', type: 'directory' }])).catch(() => {});
      await delay(1);
    }
    expect(readFileSync(join(outside, 'folder/file'), 'utf8')).toBe('untouched');
    const { mode, uid } = statSync(join(outside, 'folder'));
    expect([mode & 0o777, uid]).toEqual([0o700, 0]);
    expect(statSync(outside).uid).toBe(0);
  });

  it('writes large files whole', async () => {
    const data = 'x'.repeat(3 << 20);
    await extract(archiveOf([{ name: 'large', data }]));
    expect(readFileSync(at('data/large'), 'utf8') === data).toBe(true);
    closeSync(openSync(at('data/large'), constants.O_RDONLY));
  });
});
