import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { listFilter, pruneFilter } from './filters.ts';
import type { Volume } from './volume.ts';

const volume = (name: string, labels: Record<string, string> | null = null, driver = 'local'): Volume => ({
  name,
  driver,
  mountpoint: '',
  createdAt: '',
  labels,
  options: null,
  scope: 'local',
});

const volumes = [
  volume('db', { app: 'shop', tier: 'data' }),
  volume('db-old', { app: 'shop' }),
  volume('cache', { app: '' }),
  volume('anonymous', { 'com.docker.volume.anonymous': '' }),
  volume('remote', null, 'plugin'),
];

const held = (name: string): boolean => name === 'db';

const listed = (filters: Record<string, string[]>): string[] =>
  volumes.filter(listFilter(new Map(Object.entries(filters)), held)).map(({ name }) => name);

const pruned = (filters: Record<string, string[]>, all = false): string[] =>
  volumes.filter(pruneFilter(new Map(Object.entries(filters)), { all })).map(({ name }) => name);

const everything = volumes.map(({ name }) => name);

describe('filters of a list', () => {
  test.each([
    [{}, everything],
    [{ name: ['db'] }, ['db', 'db-old']],
    [{ name: ['^db$'] }, ['db']],
    [{ name: ['^db$', 'mote'] }, ['db', 'remote']],
    [{ name: ['(', 'cache'] }, ['cache']],
    [{ name: ['('] }, []],
    [{ driver: ['plugin'] }, ['remote']],
    [{ driver: ['plugin', 'local'] }, everything],
    [{ driver: ['plug'] }, []],
    [{ label: ['app'] }, ['db', 'db-old', 'cache']],
    [{ label: ['app=shop'] }, ['db', 'db-old']],
    [{ label: ['app=shop', 'tier=data'] }, ['db']],
    [{ label: ['app='] }, ['cache']],
    [{ label: ['toString'] }, []],
    [{ dangling: ['true'] }, ['db-old', 'cache', 'anonymous', 'remote']],
    [{ dangling: ['0'] }, ['db']],
    [{ dangling: ['false', '0'] }, ['db']],
    [{ dangling: ['1'], label: ['app=shop'] }, ['db-old']],
  ])('%j', (filters, expected) => {
    expect(listed(filters as Record<string, string[]>)).toEqual(expected);
  });

  test.each([
    [{ foo: ['x'] }, "invalid filter 'foo'"],
    [{ until: ['1h'] }, "invalid filter 'until'"],
    [{ 'label!': ['x'] }, "invalid filter 'label!'"],
    [{ dangling: ['maybe'] }, "invalid filter 'dangling=[maybe]'"],
    [{ dangling: ['true', 'false'] }, "invalid filter 'dangling=[true false]'"],
  ])('%j is refused', (filters, message) => {
    expect(() => listed(filters as Record<string, string[]>)).toThrow(message);
  });
});

describe('filters of a prune', () => {
  test.each([
    [{}, false, ['anonymous']],
    [{}, true, everything],
    [{ all: ['false'] }, true, everything],
    [{ all: ['1'] }, false, everything],
    [{ all: ['t'], label: ['app=shop'] }, false, ['db', 'db-old']],
    [{ all: ['TRUE'], 'label!': ['app'] }, false, ['anonymous', 'remote']],
    [{ all: ['true'], 'label!': ['app=shop', 'tier'] }, false, ['db-old', 'cache', 'anonymous', 'remote']],
    [{ all: ['F'] }, false, ['anonymous']],
    [{ label: ['app'] }, false, []],
  ])('%j, all: %s', (filters, all, expected) => {
    expect(pruned(filters as Record<string, string[]>, all)).toEqual(expected);
  });

  test.each([
    [{ all: ['yes'] }, "invalid filter 'all=[yes]'"],
    [{ all: ['true', '1'] }, "invalid filter 'all=[true 1]'"],
    [{ name: ['x'] }, "invalid filter 'name'"],
    [{ until: ['1h'] }, "invalid filter 'until'"],
  ])('%j is refused', (filters, message) => {
    expect(() => pruned(filters as Record<string, string[]>)).toThrow(message);
  });
});

test('whatever is asked for, filters fail in one way only', () => {
  const keys = fc.constantFrom('name', 'driver', 'label', 'label!', 'dangling', 'all', 'other');
  fc.assert(
    fc.property(fc.dictionary(keys, fc.array(fc.string(), { maxLength: 3 })), (filters) => {
      for (const run of [listed, pruned]) {
        try {
          run(filters);
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
        }
      }
    }),
  );
});
