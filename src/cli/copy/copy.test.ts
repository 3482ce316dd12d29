import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCopyEnd } from './endpoint.ts';
import { localDestination, localSource } from './local-path.ts';
import { packLocal } from './pack.ts';
import { copyTarget, renamed } from './target.ts';
import { unpackLocal } from './unpack.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-copy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const same = (name: string) => name;

describe('ends of a copy', () => {
  it('tell containers from paths', () => {
    expect(parseCopyEnd('web:/etc')).toEqual({ kind: 'container', container: 'web', path: '/etc' });
    expect(parseCopyEnd('web:rel:x')).toEqual({ kind: 'container', container: 'web', path: 'rel:x' });
    for (const path of ['/a:b', './a:b', '../a:b', 'a/b:c', ':x', 'plain']) {
      expect(parseCopyEnd(path)).toEqual({ kind: 'local', path });
    }
    expect(parseCopyEnd('-')).toEqual({ kind: 'stream' });
    expect(() => parseCopyEnd('web:')).toThrow('no path given');
  });
});

describe('where a copy ends up', () => {
  const file = { path: '/s/f', isDirectory: false };
  const tree = { path: '/s/d', isDirectory: true };
  const target = (source: typeof file, destination: Parameters<typeof copyTarget>[1], entry: string) => {
    const found = copyTarget(source, destination);
    return `${found.folder}|${renamed(entry, found)}`;
  };
  const isFolder = { path: '/t/x', exists: true, isDirectory: true };
  const isFile = { path: '/t/x', exists: true, isDirectory: false };
  const isMissing = { path: '/t/x', exists: false, isDirectory: false };

  it('follows the rules of docker cp', () => {
    expect(target(file, isFolder, 'f')).toBe('/t/x|f');
    expect(target(file, isFile, 'f')).toBe('/t|x');
    expect(target(file, isMissing, 'f')).toBe('/t|x');
    expect(target(tree, isFolder, 'd/a')).toBe('/t/x|d/a');
    expect(target(tree, isMissing, 'd/a')).toBe('/t|x/a');
    expect(target({ path: '/s/d/.', isDirectory: true }, isFolder, './a')).toBe('/t/x|a');
    expect(target({ path: '/s/d/.', isDirectory: true }, isMissing, './a')).toBe('/t|x/a');
    expect(target({ path: '/', isDirectory: true }, isMissing, 'etc/passwd')).toBe('/t|x/etc/passwd');
    expect(() => copyTarget(tree, isFile)).toThrow('cannot copy directory');
    expect(() => copyTarget(file, { ...isMissing, path: '/t/x/' })).toThrow('no such directory: /t/x');
  });
});

describe('archives', () => {
  it('bring a tree back as it was', async () => {
    const from = join(folder, 'from');
    mkdirSync(join(from, 'sub'), { recursive: true });
    writeFileSync(join(from, 'a'), 'content');
    writeFileSync(join(from, 'n'.repeat(150)), 'long');
    writeFileSync(join(from, 'empty'), '');
    linkSync(join(from, 'a'), join(from, 'hard'));
    symlinkSync('a', join(from, 'link'));
    chmodSync(join(from, 'a'), 0o4751);
    chmodSync(join(from, 'sub'), 0o500);
    utimesSync(join(from, 'a'), 1e9, 1e9);
    utimesSync(join(from, 'sub'), 1e9, 1e9);
    const { stream, size } = packLocal(from, 'd');
    const to = join(folder, 'to');
    mkdirSync(to);
    const result = await unpackLocal(stream, to, (name) => name.replace(/^d/, 'renamed'));
    const at = (name: string) => join(to, 'renamed', name);
    expect(result).toEqual({ size: 11, skipped: [] });
    expect(size()).toBe(11);
    expect(readFileSync(at('a'), 'utf8')).toBe('content');
    expect(readFileSync(at('n'.repeat(150)), 'utf8')).toBe('long');
    expect(statSync(at('a'))).toMatchObject({ mode: 0o104751, mtimeMs: 1e12, ino: statSync(at('hard')).ino });
    expect(statSync(at('sub'))).toMatchObject({ mode: 0o040500, mtimeMs: 1e12 });
    expect(readlinkSync(at('link'))).toBe('a');
  });

  /** An archive of the entries given. */
  function archive(...entries: (Partial<Header> & { name: string; content?: string })[]): Readable {
    const packed = pack();
    for (const { content, ...header } of entries) packed.entry(header, content ?? '');
    packed.finalize();
    return Readable.from(packed);
  }

  it('never write outside their folder', async () => {
    const to = join(folder, 'to');
    mkdirSync(to);
    writeFileSync(join(folder, 'victim'), 'safe');
    await expect(unpackLocal(archive({ name: '../victim', content: 'x' }), to, same)).rejects.toThrow(
      'outside its folder',
    );
    const throughLink = archive(
      { name: 'out', type: 'symlink', linkname: folder },
      { name: 'out/victim', content: 'x' },
    );
    await expect(unpackLocal(throughLink, to, same)).rejects.toThrow('is not a directory');
    const overLink = archive(
      { name: 'l', type: 'symlink', linkname: join(folder, 'victim') },
      { name: 'l', content: 'x' },
    );
    await unpackLocal(overLink, to, same);
    expect(lstatSync(join(to, 'l')).isFile()).toBe(true);
    const upwards = archive({ name: 'l', type: 'symlink', linkname: '../victim' });
    await expect(unpackLocal(upwards, to, same)).rejects.toThrow(`invalid symlink "${join(to, 'l')}" -> "../victim"`);
    expect(readFileSync(join(to, 'l'), 'utf8')).toBe('x');
    const hardLink = archive({ name: 'h', type: 'link', linkname: '../victim' });
    await expect(unpackLocal(hardLink, to, same)).rejects.toThrow('outside its folder');
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('safe');
  });

  it('put no file in place of a folder, nor a folder in place of a file', async () => {
    mkdirSync(join(folder, 'x'));
    writeFileSync(join(folder, 'y'), '');
    await expect(unpackLocal(archive({ name: 'x', content: '1' }), folder, same)).rejects.toThrow(
      'cannot overwrite directory',
    );
    await expect(unpackLocal(archive({ name: 'y', type: 'directory' }), folder, same)).rejects.toThrow(
      'cannot overwrite non-directory',
    );
  });

  it('tell what cannot be made here', async () => {
    const result = await unpackLocal(archive({ name: 'p', type: 'fifo' }, { name: 'f', content: '1' }), folder, same);
    expect(result).toEqual({ size: 1, skipped: [join(folder, 'p')] });
    expect(existsSync(join(folder, 'p'))).toBe(false);
  });
});

describe('local paths', () => {
  it('keep the ending that says what is meant', () => {
    mkdirSync(join(folder, 'd'));
    writeFileSync(join(folder, 'f'), '');
    symlinkSync('d', join(folder, 'l'));
    const at = (path: string, follow = false) => localSource(path, { cwd: folder, follow });
    expect(at('d/.')).toMatchObject({ path: `${folder}/d/.`, isDirectory: true });
    expect(at('l')).toMatchObject({ realPath: join(folder, 'l'), isDirectory: false });
    expect(at('l', true)).toMatchObject({ realPath: join(folder, 'd'), isDirectory: true });
    expect(at('l/')).toMatchObject({ realPath: join(folder, 'd'), isDirectory: true });
    expect(() => at('f/')).toThrow('not a directory');
    expect(() => at('nope')).toThrow('no such file or directory');
    expect(localDestination('new/', folder)).toEqual({ path: `${folder}/new/`, exists: false, isDirectory: false });
    expect(localDestination('l', folder)).toMatchObject({ exists: true, isDirectory: true });
  });
});
