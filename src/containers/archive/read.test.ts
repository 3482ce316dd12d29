import {
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bindMount, copyMountTree, unmount } from '../../host/index.ts';
import type { ContainerView } from './container-view.ts';
import { containerPath } from './paths.ts';
import { packPath } from './read.ts';
import { statPath } from './stat.ts';
import { tarEntries } from './tar-entries.ts';

describe('a view, read', () => {
  let dir = '';
  let tree = -1;
  let view: Pick<ContainerView, 'root'>;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'read-view-'));
    mkdirSync(join(dir, 'etc/conf'), { recursive: true });
    writeFileSync(join(dir, 'etc/passwd'), 'root');
    linkSync(join(dir, 'etc/passwd'), join(dir, 'etc/same'));
    symlinkSync('/etc', join(dir, 'link'));
    symlinkSync('link', join(dir, 'chain'));
    symlinkSync('../../../nowhere/at/all', join(dir, 'broken'));
    bindMount(dir, dir);
    tree = copyMountTree(dir);
    unmount(dir);
    view = { root: `/proc/self/fd/${tree}` };
  });
  afterEach(() => {
    closeSync(tree);
    rmSync(dir, { recursive: true, force: true });
  });

  /** The names of all members; that of a hard link must be the name of another. */
  async function names(archive: Readable): Promise<string[]> {
    const read: string[] = [];
    const hardLinks: string[] = [];
    for await (const { name, type, linkName } of tarEntries(archive)) {
      read.push(type === 'symlink' ? `${name} -> ${linkName}` : name);
      if (type === 'link') hardLinks.push(linkName);
    }
    await finished(archive);
    expect(hardLinks.filter((name) => !read.includes(name))).toEqual([]);
    return read.sort();
  }
  const packed = (path: string): Promise<string[]> => names(packPath(view as ContainerView, containerPath(path)));
  const stat = (path: string) => statPath(view as ContainerView, containerPath(path));

  it('names members by the last part of the path that was asked for', async () => {
    const inside = (prefix: string) => [prefix, `${prefix}conf/`, `${prefix}passwd`, `${prefix}same`];
    expect(await packed('/etc')).toEqual(inside('etc/'));
    expect(await packed('etc/')).toEqual(inside('etc/'));
    expect(await packed('/etc/.')).toEqual(inside('./'));
    expect(await packed('/link/')).toEqual(inside('link/'));
    expect(await packed('/link/.')).toEqual(inside('./'));
    expect(await packed('/link/conf/../passwd')).toEqual(['passwd']);
    expect(await packed('/link')).toEqual(['link -> /etc']);
    expect(await packed('/etc/passwd')).toEqual(['passwd']);
    expect((await packed('/')).slice(0, 4)).toEqual([
      '/',
      '/broken -> ../../../nowhere/at/all',
      '/chain -> link',
      '/etc/',
    ]);
  });

  it('packs names that tar or its patterns could take for something else', async () => {
    for (const name of ['-rf', 'a&b|c\\1', '*', ' ', 'new\nline', '@x', "it's"]) {
      mkdirSync(join(dir, 'odd', name), { recursive: true });
      writeFileSync(join(dir, 'odd', name, 'file'), '');
      expect(await packed(`/odd/${name}`)).toEqual([`${name}/`, `${name}/file`]);
      expect(await packed(`/odd/${name}/file`)).toEqual(['file']);
      writeFileSync(join(dir, 'odd', `${name}.file`), '');
      expect(await packed(`/odd/${name}.file`)).toEqual([`${name}.file`]);
    }
  });

  it('tells about a path as Docker does', () => {
    expect(stat('/etc/passwd')).toMatchObject({ name: 'passwd', size: 4, linkTarget: '' });
    expect(stat('/etc/').mode).toBe(2 ** 31 + 0o755);
    expect(stat('/').name).toBe('/');
    expect(stat('/etc/.').name).toBe('.');
    expect(stat('/chain')).toMatchObject({ name: 'chain', mode: 2 ** 27 + 0o777, linkTarget: '/etc' });
    expect(stat('/chain/')).toMatchObject({ name: 'chain', mode: 2 ** 31 + 0o755, linkTarget: '' });
    expect(stat('/broken').linkTarget).toBe('/nowhere/at/all');
    expect(stat('/../../etc/passwd').name).toBe('passwd');
    expect(() => stat('/nowhere')).toThrow(/no such file/);
    expect(() => stat('/etc/passwd/x')).toThrow(/not a directory/);
  });

  it('opens nothing that stays open, whether the archive is read or thrown away', async () => {
    const before = readdirSync('/proc/self/fd').length;
    await packed('/etc');
    const thrownAway = packPath(view as ContainerView, '/');
    thrownAway.destroy();
    await finished(thrownAway).catch(() => {});
    expect(() => stat('/nowhere')).toThrow();
    expect(() => packPath(view as ContainerView, '/nowhere')).toThrow();
    closeSync(openSync('/dev/null', 'r'));
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBe(before);
  });
});
