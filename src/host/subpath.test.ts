import { closeSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { bindToPlace, clearPlaces, dropPlace } from './mount-place.ts';
import { mountpointsBeneath } from './mount-table.ts';
import { openSubpath } from './subpath.ts';
import { scratch } from './testsuite/scratch.ts';
import { Swapper } from './testsuite/swapper.ts';

let dir: string;
let base: string;
let places: string;

beforeEach(() => {
  dir = scratch();
  base = join(dir, 'base');
  places = join(dir, 'places');
  for (const [root, content] of [
    [base, 'inside'],
    [join(dir, 'outside'), 'outside'],
  ] as const) {
    mkdirSync(join(root, 'swap/deep'), { recursive: true });
    writeFileSync(join(root, 'swap/deep/f'), content);
  }
  symlinkSync('swap/deep', join(base, 'link'));
  symlinkSync(join(base, 'swap'), join(base, 'absolute'));
  symlinkSync('../base/swap', join(base, 'round'));
  symlinkSync('../outside', join(base, 'up'));
  symlinkSync(join(dir, 'outside'), join(base, 'away'));
  symlinkSync('nowhere', join(base, 'broken'));
  symlinkSync('loop', join(base, 'loop'));
  symlinkSync('/proc/self/root', join(base, 'magic'));
});

/** The kind of file found there and its content, or the kind of error and its message. */
function found(subpath: string): string {
  try {
    const fd = openSubpath(base, subpath);
    const path = `/proc/self/fd/${fd}`;
    const content = existsSync(`${path}/.`) ? readdirSync(path).sort().join(' ') : readFileSync(path, 'utf8');
    closeSync(fd);
    return content;
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return `${error.kind}: ${error.message.replaceAll(dir, '')}`;
  }
}

describe('openSubpath', () => {
  it.each([
    ['swap/deep', 'f'],
    ['swap/deep/f', 'inside'],
    ['swap/./deep/../deep/', 'f'],
    ['link', 'f'],
    ['link/f', 'inside'],
    // Links mean what they mean on the host, and these two end inside.
    ['absolute/deep', 'f'],
    ['round/deep', 'f'],
  ])('opens %s', (subpath, content) => {
    expect(found(subpath)).toBe(content);
  });

  it.each([
    ['nope', 'not-found: cannot access path /base/nope: lstat /base/nope: no such file or directory'],
    ['broken', 'not-found: cannot access path /base/broken: lstat /base/broken: no such file or directory'],
    ['loop', 'not-found: cannot access path /base/loop: lstat /base/loop: too many levels of symbolic links'],
    ['swap/deep/f/x', 'not-found: cannot access path /base/swap/deep/f/x: lstat /base/swap/deep/f/x: not a directory'],
  ])('says that %s is not there', (subpath, message) => {
    expect(found(subpath)).toBe(message);
  });

  it.each(['up', 'away', 'away/swap', '../outside', 'magic'])('refuses %s', (subpath) => {
    const message = `path concatenation escapes the base directory, base: /base, subpath: ${subpath}`;
    expect(found(subpath)).toBe(`invalid-argument: ${message}`);
  });
});

describe('a place', () => {
  it('shows what was opened, a folder with the mounts in it or a file, and leaves nothing', () => {
    const fds = ['swap', 'swap/deep/f'].map((subpath) => openSubpath(base, subpath));
    const inner = openSubpath(join(dir, 'outside'), 'swap');
    const mounted = join(base, 'swap/mounted');
    bindToPlace(inner, mounted);
    for (const [index, fd] of fds.entries()) {
      for (let twice = 0; twice < 2; twice += 1) bindToPlace(fd, join(places, String(index)));
    }
    for (const fd of [...fds, inner]) closeSync(fd);
    expect(readFileSync(join(places, '0/deep/f'), 'utf8')).toBe('inside');
    expect(readFileSync(join(places, '0/mounted/deep/f'), 'utf8')).toBe('outside');
    expect(readFileSync(join(places, '1'), 'utf8')).toBe('inside');
    clearPlaces(places);
    clearPlaces(join(dir, 'missing'));
    dropPlace(mounted);
    expect(readdirSync(places)).toEqual([]);
    expect(mountpointsBeneath(dir)).toEqual([]);
  });
});

describe.each(['absolute', 'relative'])(
  'with an %s link swapped in ten thousand times',
  { timeout: 120_000 },
  (kind) => {
    let swapper: Swapper;
    beforeEach(async () => {
      swapper = await Swapper.start(
        join(base, 'swap'),
        kind === 'absolute' ? join(dir, 'outside/swap') : '../outside/swap',
      );
    });
    afterEach(() => swapper.stop());

    it('11.3 nothing outside is ever mounted', async () => {
      const seen = new Map<string, number>();
      while (swapper.swaps < 10_000 || !seen.has('inside')) {
        const content = mountedContent('swap/deep');
        seen.set(content, (seen.get(content) ?? 0) + 1);
        await turn();
      }
      seen.delete('refused');
      expect([...seen.keys()]).toEqual(['inside']);
      expect(mountpointsBeneath(dir)).toEqual([]);
      expect(readdirSync(places)).toEqual([]);
    });
  },
);

function mountedContent(subpath: string): string {
  try {
    const fd = openSubpath(base, subpath);
    const place = join(places, 'place');
    bindToPlace(fd, place);
    closeSync(fd);
    const content = readFileSync(join(place, 'f'), 'utf8');
    dropPlace(place);
    return content;
  } catch (error) {
    if (error instanceof HoldfastError) return 'refused';
    throw error;
  }
}
