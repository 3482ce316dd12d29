import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { getXattr } from '../../host/index.ts';
import { listing, temporaryFolder } from '../testsuite/folder.ts';
import { inChunks, type Member, tarOf } from '../testsuite/tar.ts';
import { unpackLayer } from './unpack.ts';

/** Unpacks into a folder that stands beside a file and a folder which no layer may touch. */
async function unpack(...members: Member[]) {
  return unpackBytes(await tarOf(...members));
}

async function unpackBytes(bytes: Buffer) {
  const base = temporaryFolder();
  mkdirSync(join(base, 'outside'));
  writeFileSync(join(base, 'outside/precious'), 'precious');
  const dir = join(base, 'layer');
  let error: unknown;
  const facts = await unpackLayer(inChunks(bytes), dir).catch((thrown: unknown) => {
    error = thrown;
  });
  expect(listing(base).filter((line) => !line.slice(2).startsWith('layer'))).toEqual([
    'd outside',
    'f outside/precious',
  ]);
  expect(readFileSync(join(base, 'outside/precious'), 'utf8')).toBe('precious');
  return { dir, base, facts, message: error instanceof Error ? error.message : undefined };
}

describe('a layer', () => {
  it('is unpacked with owners, modes and times, measured and hashed', async () => {
    const members: Member[] = [
      { name: 'bin', type: 'directory', mode: 0o755 },
      { name: 'bin/su', data: 'su', mode: 0o4755, uid: 7, gid: 8, mtime: new Date(1_000_000_000_000) },
      { name: 'tmp', type: 'directory', mode: 0o1777 },
      { name: 'bin/link', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'bin/hard', type: 'link', linkname: 'bin/su' },
      { name: 'pipe', type: 'fifo' },
    ];
    const bytes = await tarOf(...members);
    const { dir, facts } = await unpackBytes(bytes);
    expect(facts).toEqual({
      diffId: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      size: 2,
      tarSize: bytes.length,
    });
    const su = statSync(join(dir, 'bin/su'));
    expect([su.mode & 0o7777, su.uid, su.gid, su.mtimeMs, su.nlink]).toEqual([0o4755, 7, 8, 1_000_000_000_000, 2]);
    expect(statSync(join(dir, 'tmp')).mode & 0o7777).toBe(0o1777);
    expect(readlinkSync(join(dir, 'bin/link'))).toBe('/etc/passwd');
    expect(lstatSync(join(dir, 'pipe')).isFIFO()).toBe(true);
  });

  it('may be empty, in each way there is', async () => {
    expect((await unpackBytes(Buffer.alloc(0))).facts?.tarSize).toBe(0);
    expect((await unpackBytes(Buffer.alloc(1024))).facts?.diffId).toBe(
      'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    );
  });

  it('is hashed with what stands behind its end', async () => {
    const bytes = Buffer.concat([await tarOf({ name: 'a', data: 'x' }), Buffer.alloc(3_000_000, 7)]);
    const { facts, dir } = await unpackBytes(bytes);
    expect(facts?.diffId).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    expect(listing(dir)).toEqual(['f a']);
  });

  it('has its whiteouts turned into those of overlayfs', async () => {
    const { dir } = await unpack(
      { name: 'd', type: 'directory', mtime: new Date(1_000_000_000_000) },
      { name: 'd/.wh.gone' },
      { name: '.wh.top' },
      { name: 'e/.wh..wh..opq' },
      { name: 'e/kept', data: 'x' },
      { name: 'new/deep/.wh.f' },
      { name: '.wh..wh.plnk/x' },
      { name: '.wh.replaced' },
      { name: 'replaced', type: 'directory' },
      { name: 'd/.wh.own' },
      { name: 'd/own', data: 'stays' },
    );
    expect(listing(dir)).toEqual([
      'd d',
      'c d/gone',
      'f d/own',
      'd e',
      'f e/kept',
      'd new',
      'd new/deep',
      'c new/deep/f',
      'd replaced',
      'c top',
    ]);
    expect(lstatSync(join(dir, 'd/gone')).rdev).toBe(0);
    expect(statSync(join(dir, 'd')).mtimeMs).toBe(1_000_000_000_000);
    expect(getXattr(join(dir, 'e'), 'trusted.overlay.opaque')?.toString()).toBe('y');
    expect(getXattr(join(dir, 'replaced'), 'trusted.overlay.opaque')?.toString()).toBe('y');
    expect(getXattr(join(dir, 'd'), 'trusted.overlay.opaque')).toBeUndefined();
  });

  it('keeps names that are not UTF-8, long names and later replacements', async () => {
    const long = `${'n'.repeat(120)}/${'m'.repeat(200)}`;
    const { dir } = await unpack(
      { name: long, data: 'x' },
      { name: 'd', type: 'directory' },
      { name: 'd/x', data: 'x' },
      { name: 'd', data: 'a file now' },
    );
    expect(readFileSync(join(dir, long), 'utf8')).toBe('x');
    expect(readFileSync(join(dir, 'd'), 'utf8')).toBe('a file now');
  });

  it('keeps device nodes and attributes of users, but none of overlayfs', async () => {
    const { dir } = await unpack(
      { name: 'null', type: 'character-device', devmajor: 1, devminor: 3 },
      {
        name: 'file',
        data: 'x',
        pax: { 'SCHILY.xattr.user.colour': 'red', 'SCHILY.xattr.trusted.overlay.opaque': 'y' },
      },
    );
    expect(lstatSync(join(dir, 'null')).rdev).toBe(0x103);
    expect(getXattr(join(dir, 'file'), 'user.colour')?.toString()).toBe('red');
    expect(getXattr(join(dir, 'file'), 'trusted.overlay.opaque')).toBeUndefined();
  });
});

describe('a hostile layer', () => {
  it('with absolute names lands inside', async () => {
    const outside = temporaryFolder();
    const { dir } = await unpack({ name: `${outside}/evil`, data: 'x' }, { name: '//etc//passwd', data: 'x' });
    expect(existsSync(join(outside, 'evil'))).toBe(false);
    expect(readFileSync(join(dir, outside, 'evil'), 'utf8')).toBe('x');
    expect(existsSync(join(dir, 'etc/passwd'))).toBe(true);
  });

  it.each<[string, Member[]]>([
    ['a name with ..', [{ name: '../outside/evil', data: 'x' }]],
    ['.. in the middle', [{ name: 'a/../../outside/evil', data: 'x' }]],
    ['.. in a long name', [{ name: `${'a/'.repeat(80)}${'../'.repeat(82)}outside/evil`, data: 'x' }]],
    ['.. in a pax name', [{ name: 'a', data: 'x', pax: { path: '../outside/evil' } }]],
    ['a hard link out', [{ name: 'h', type: 'link', linkname: '../outside/precious' }]],
    ['a folder outside', [{ name: '../outside/evil', type: 'directory' }]],
    ['a link outside', [{ name: '../outside/evil', type: 'symlink', linkname: 'x' }]],
    ['a device outside', [{ name: '../outside/evil', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['a whiteout of ..', [{ name: 'a/.wh...' }]],
    ['a whiteout of .', [{ name: '.wh..' }]],
    ['a whiteout of nothing', [{ name: '.wh.' }]],
    ['a whiteout outside', [{ name: '../outside/.wh.precious' }]],
  ])('with %s is refused', async (_what, members) => {
    const { message } = await unpack(...members);
    expect(message).toMatch(/^invalid layer: .* leads outside of the layer$/);
  });

  it.each<[string, string]>([
    ['absolute', ''],
    ['relative', '../outside'],
  ])('with a file through an %s link is refused', async (_kind, target) => {
    const elsewhere = temporaryFolder();
    const linkname = target === '' ? elsewhere : target;
    const { message } = await unpack({ name: 'l', type: 'symlink', linkname }, { name: 'l/evil', data: 'x' });
    expect(message).toMatch(/^invalid layer: l\/evil: Cannot \w+: Not a directory$/);
    expect(listing(elsewhere)).toEqual([]);
  });

  it('with a hard link through a link is refused', async () => {
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'secret'), 'secret');
    const { message, dir } = await unpack(
      { name: 'l', type: 'symlink', linkname: elsewhere },
      { name: 'h', type: 'link', linkname: 'l/secret' },
      { name: 'absolute', type: 'link', linkname: join(elsewhere, 'secret') },
    );
    expect(message).toMatch(/^invalid layer: l\/secret: Cannot stat: Not a directory$/);
    expect(statSync(join(elsewhere, 'secret')).nlink).toBe(1);
    expect(existsSync(join(dir, 'absolute'))).toBe(false);
  });

  it('with a whiteout or an opaque mark through a link is refused', async () => {
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, 'victim'), 'x');
    for (const name of ['l/.wh.victim', 'l/.wh..wh..opq', 'l/.wh.new']) {
      const { message } = await unpack({ name: 'l', type: 'symlink', linkname: elsewhere }, { name });
      expect(message).toBe('invalid layer: a whiteout beneath "l", not a folder');
    }
    expect(listing(elsewhere)).toEqual(['f victim']);
    expect(getXattr(elsewhere, 'trusted.overlay.opaque')).toBeUndefined();
  });

  it('with a whiteout beneath a link inside the layer is refused too', async () => {
    const { message } = await unpack(
      { name: 'd', type: 'directory' },
      { name: 'l', type: 'symlink', linkname: 'd' },
      { name: 'l/.wh.x' },
    );
    expect(message).toBe('invalid layer: a whiteout beneath "l", not a folder');
  });

  it('with names too long for any file system is refused', async () => {
    expect((await unpack({ name: 'n'.repeat(300), data: 'x' })).message).toMatch(/^invalid layer: .*too long$/);
  });

  it('that is cut off or no archive is refused', async () => {
    const bytes = await tarOf({ name: 'a', data: 'x'.repeat(5000) });
    expect((await unpackBytes(bytes.subarray(0, 3000))).message).toBe('unexpected EOF');
    expect((await unpackBytes(Buffer.alloc(2000, 1))).message).toBe('invalid tar header');
  });
});
