import { describe, expect, it } from 'vitest';
import type { MountEntry } from '../host/index.ts';
import { mountSchema } from '../wire/index.ts';
import { checkForcedReadOnly } from './forced-read-only.ts';

const place = (destination: string, ReadOnlyForceRecursive: boolean) => ({
  destination,
  spec: mountSchema.parse({ Type: 'bind', BindOptions: { ReadOnlyForceRecursive } }),
});

const entry = (mountpoint: string, option: 'ro' | 'rw'): MountEntry => ({
  id: 1,
  parent: 0,
  device: '8:1',
  root: '/',
  mountpoint,
  options: [option, 'relatime'],
  propagation: [],
  type: 'ext4',
  source: '/dev/sda1',
  superOptions: 'rw',
});

describe('checkForcedReadOnly', () => {
  const check = (entries: MountEntry[], ...others: string[]) =>
    checkForcedReadOnly([place('/m', true), ...others.map((other) => place(other, false))], 1, () => entries);

  it('accepts a mount that is read-only in all its depth, whatever is beside it', () => {
    check([entry('/', 'rw'), entry('/m', 'ro'), entry('/m/sub', 'ro'), entry('/more', 'rw')]);
  });

  it('refuses one with something writable in it', () => {
    expect(() => check([entry('/m', 'ro'), entry('/m/sub', 'rw')])).toThrow('/m/sub is writable');
    expect(() => check([entry('/m', 'rw')])).toThrow('/m is writable');
  });

  it('leaves what else the container mounts in there to its own rules', () => {
    check([entry('/m', 'ro'), entry('/m/sub', 'rw'), entry('/m/sub/deep', 'rw')], '/m/sub');
  });

  it('asks nothing of a container that forces nothing', () => {
    checkForcedReadOnly([place('/m', false)], 1, () => {
      throw new Error('the mount table was read');
    });
  });
});
