import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../testsuite/scratch.ts';
import { parseBind } from './bind.ts';
import { makeBindSource } from './bind-source.ts';

test('the missing source of a -v becomes a folder', () => {
  const source = join(scratchFolder(), 'a', 'b');
  makeBindSource(parseBind(`${source}:/x`), []);
  expect(statSync(source).isDirectory()).toBe(true);
  makeBindSource(parseBind(`${source}:/x`), []);
});

test('a file is a source as it is', () => {
  const source = join(scratchFolder(), 'file');
  writeFileSync(source, 'x');
  makeBindSource(parseBind(`${source}:/x`), []);
  expect(readFileSync(source, 'utf8')).toBe('x');
});

test('what is no -v is left alone', () => {
  const source = join(scratchFolder(), 'missing');
  makeBindSource({ ...parseBind(`${source}:/x`), createSource: false }, []);
  makeBindSource(parseBind('name:/x'), []);
  expect(statSync(source, { throwIfNoEntry: false })).toBeUndefined();
});

test('a source that cannot be made says why', () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'file'), '');
  const source = join(folder, 'a', 'file', 'b');
  expect(() => makeBindSource(parseBind(`${source}:/x`), [])).toThrow(
    `error while creating mount source path '${source}': mkdir ${source}: not a directory`,
  );
});

test('a link that leads nowhere is no source', () => {
  const source = join(scratchFolder(), 'link');
  symlinkSync('nowhere', source);
  expect(() => makeBindSource(parseBind(`${source}:/x`), [])).toThrow(
    `error while creating mount source path '${source}': mkdir ${source}: file exists`,
  );
});

test('the place of a daemon’s socket never becomes a folder, by whatever path', () => {
  const folder = scratchFolder();
  const socket = join(folder, 'engine.sock');
  symlinkSync(folder, join(folder, 'link'));
  for (const source of [socket, join(folder, 'link', 'engine.sock')]) {
    expect(() => makeBindSource(parseBind(`${source}:/x`), [socket])).toThrow('while it is shutting down');
  }
  expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
  writeFileSync(socket, '');
  makeBindSource(parseBind(`${socket}:/x`), [socket]);
});

test('a source that no folder can be made for does not keep the daemon trying', () => {
  expect(() => makeBindSource(parseBind('/proc/holdfast/source:/x'), [])).toThrow(
    "error while creating mount source path '/proc/holdfast/source': mkdir /proc/holdfast/source: no such file or directory",
  );
});
