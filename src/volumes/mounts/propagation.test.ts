import { describe, expect, test } from 'vitest';
import type { MountEntry } from '../../host/index.ts';
import { first } from '../testsuite/mount-plan.ts';
import { settlePropagation } from './propagation.ts';

const entry = (mountpoint: string, ...propagation: string[]): MountEntry => ({
  id: 1,
  parent: 0,
  device: '8:1',
  root: '/',
  mountpoint,
  options: [],
  propagation,
  type: 'ext4',
  source: '/dev/sda1',
  superOptions: '',
});

describe('the propagation of a bind', () => {
  const settled = (bind: string, ...entries: MountEntry[]): string =>
    settlePropagation(first({ binds: [bind], dataRoot: '/var/tmp' }), '/var/tmp', () => entries).propagation;

  test.each([
    ['private', []],
    ['rprivate', []],
    ['shared', ['shared:3']],
    ['rshared', ['shared:3', 'master:2']],
    ['slave', ['shared:3']],
    ['rslave', ['master:2']],
  ])('%s is had from a mount with %j', (propagation, words) => {
    expect(settled(`/usr:/x:${propagation}`, entry('/', ...words))).toBe(propagation);
  });

  test.each([
    ['shared', ['master:2'], 'a shared mount'],
    ['rshared', [], 'a shared mount'],
    ['slave', [], 'a shared or slave mount'],
    ['rslave', ['unbindable'], 'a shared or slave mount'],
  ])('%s is refused for a mount with %j', (propagation, words, wanted) => {
    expect(() => settled(`/usr:/x:${propagation}`, entry('/', ...words))).toThrow(
      expect.objectContaining({ kind: 'system', message: `path /usr is mounted on / but it is not ${wanted}` }),
    );
  });

  test('is judged by the newest of the deepest mounts that the source is on', () => {
    const covering = [entry('/', 'shared:1'), entry('/usr'), entry('/us', 'shared:2'), entry('/usr', 'shared:3')];
    expect(settled('/usr/bin:/x:shared', ...covering)).toBe('shared');
    expect(() => settled('/usr/bin:/x:shared', ...covering.toReversed())).toThrow('is mounted on /usr');
  });

  test('in the data root is rslave by itself, and private where the host propagates nothing', () => {
    expect(settled('/var/tmp:/x', entry('/', 'shared:1'))).toBe('rslave');
    expect(settled('/var/tmp:/x', entry('/'))).toBe('rprivate');
    expect(settled('/var/tmp:/x:rslave', entry('/'))).toBe('rprivate');
    expect(() => settled('/var/tmp:/x:rshared', entry('/'))).toThrow('but it is not a shared mount');
  });
});
