import { describe, expect, it } from 'vitest';
import { devicesFor, parseRule } from './devices.ts';

const wishes = { Devices: [], DeviceCgroupRules: null, Privileged: false };
const device = (PathOnHost: string, PathInContainer = PathOnHost, CgroupPermissions = 'rwm') => ({
  PathOnHost,
  PathInContainer,
  CgroupPermissions,
});

describe('devicesFor', () => {
  it('denies all but the harmless ones by default', () => {
    const { devices, rules } = devicesFor(wishes);
    expect(devices).toEqual([]);
    expect(rules[0]).toEqual({ allow: false, access: 'rwm' });
    expect(rules).toContainEqual({ allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' });
  });

  it('adds a device with its permissions', () => {
    const { devices, rules } = devicesFor({ ...wishes, Devices: [device('/dev/zero', '/dev/nought', 'r')] });
    expect(devices).toMatchObject([{ path: '/dev/nought', type: 'c', major: 1, minor: 5 }]);
    expect(rules.at(-1)).toEqual({ allow: true, type: 'c', major: 1, minor: 5, access: 'r' });
  });

  it('says what is wrong with a named one', () => {
    expect(() => devicesFor({ ...wishes, Devices: [device('/dev/nosuch')] })).toThrow(
      'error gathering device information while adding custom device "/dev/nosuch": no such file or directory',
    );
    expect(() => devicesFor({ ...wishes, Devices: [device('/etc/passwd')] })).toThrow(/not a device node$/);
  });

  it('gives a privileged container every device of the host', () => {
    const { devices, rules } = devicesFor({ ...wishes, Privileged: true });
    expect(devices.map(({ path }) => path)).toEqual(expect.arrayContaining(['/dev/null', '/dev/zero']));
    expect(devices.some(({ path }) => path.startsWith('/dev/pts/') || path === '/dev/console')).toBe(false);
    expect(rules).toEqual([{ allow: true, access: 'rwm' }]);
  });
});

describe('parseRule', () => {
  it('takes numbers and stars', () => {
    expect(parseRule('c 1:3 rw')).toEqual({ allow: true, type: 'c', major: 1, minor: 3, access: 'rw' });
    expect(parseRule('b *:* m')).toEqual({ allow: true, type: 'b', access: 'm' });
  });

  it.each(['', 'c 1:3', 'x 1:3 r', 'c 1:3 rwmr', ' c 1:3 r'])('refuses "%s"', (rule) => {
    expect(() => parseRule(rule)).toThrow(`invalid device cgroup rule format: '${rule}'`);
  });
});
