import { lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { invalidArgument, messageOf, systemError } from '../../errors/index.ts';
import type { HostConfig } from '../../wire/index.ts';
import type { OciDevice, OciDeviceRule } from './oci.ts';

type DeviceWishes = Pick<HostConfig, 'Devices' | 'DeviceCgroupRules' | 'Privileged'>;

/** Devices and what of them the container may do. */
export interface DevicePlan {
  devices: OciDevice[];
  rules: OciDeviceRule[];
}

const character = (major: number, minor: number, allow = true): OciDeviceRule => ({
  allow,
  type: 'c',
  major,
  minor,
  access: 'rwm',
});

/** zero, null, urandom, random, tty, console; not fuse. The runtime adds pts, ptmx and mknod of anything. */
const defaultRules: OciDeviceRule[] = [
  { allow: false, access: 'rwm' },
  character(1, 5),
  character(1, 3),
  character(1, 9),
  character(1, 8),
  character(5, 0),
  character(5, 1),
  character(10, 229, false),
];

/**
 * The devices of a container: those it names and may use, or every one of the host where it is privileged.
 * @throws invalid-argument for a rule in the wrong form; system where a named device is not there.
 */
export function devicesFor(wishes: DeviceWishes): DevicePlan {
  if (wishes.Privileged) return privilegedDevices(wishes.Devices);
  const named = wishes.Devices.flatMap((device) => {
    const access = device.CgroupPermissions || 'rwm';
    return hostDevices(device.PathOnHost, device.PathInContainer || device.PathOnHost).map((found) => ({
      device: found,
      rule: ruleFor(found, access),
    }));
  });
  return {
    devices: named.map(({ device }) => device),
    rules: [...defaultRules, ...named.map(({ rule }) => rule), ...(wishes.DeviceCgroupRules ?? []).map(parseRule)],
  };
}

function privilegedDevices(named: HostConfig['Devices']): DevicePlan {
  const elsewhere = named.filter(
    ({ PathOnHost, PathInContainer }) => PathInContainer && PathInContainer !== PathOnHost,
  );
  return {
    devices: [
      ...walk('/dev', '/dev'),
      ...elsewhere.flatMap(({ PathOnHost, PathInContainer }) => hostDevices(PathOnHost, PathInContainer)),
    ],
    rules: [{ allow: true, access: 'rwm' }],
  };
}

const ruleFor = (device: OciDevice, access: string): OciDeviceRule => ({
  allow: true,
  type: device.type,
  ...(device.major === undefined ? {} : { major: device.major }),
  ...(device.minor === undefined ? {} : { minor: device.minor }),
  access,
});

/** @throws invalid-argument unless it has the form of `c 1:3 rwm`, `*` standing for every number. */
export function parseRule(rule: string): OciDeviceRule {
  const [, type, major, minor, access] = /^([acb]) ([0-9]+|\*):([0-9]+|\*) ([rwm]{1,3})$/.exec(rule) ?? [];
  if (type === undefined || access === undefined) {
    throw invalidArgument(`invalid device cgroup rule format: '${rule}'`);
  }
  return {
    allow: true,
    type,
    ...(major === '*' ? {} : { major: Number(major) }),
    ...(minor === '*' ? {} : { minor: Number(minor) }),
    access,
  };
}

/** The device at a path, or every one beneath it where it is a folder. */
function hostDevices(source: string, target: string): OciDevice[] {
  try {
    const path = realpathSync(source);
    const stat = statSync(path);
    const device = deviceOf(stat, target);
    if (device !== undefined) return [device];
    if (!stat.isDirectory()) throw new Error('not a device node');
    return walk(path, target);
  } catch (error) {
    const quoted = JSON.stringify(source);
    throw systemError(
      `error gathering device information while adding custom device ${quoted}: ${reasonOf(error)}`,
      error,
    );
  }
}

const reasonOf = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file or directory' : messageOf(error);

/** Folders of /dev that are file systems or belong to other containers, as containerd leaves them out. */
const skippedFolders = new Set(['pts', 'shm', 'fd', 'mqueue', '.lxc', '.lxd-mounts', '.udev']);

function walk(dir: string, target: string): OciDevice[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    const inside = join(target, entry.name);
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : walk(path, inside);
    if (entry.name === 'console') return [];
    const device = deviceOf(lstatSync(path), inside);
    return device === undefined ? [] : [device];
  });
}

function deviceOf(stat: Stats, path: string): OciDevice | undefined {
  const type = stat.isBlockDevice() ? 'b' : stat.isCharacterDevice() ? 'c' : stat.isFIFO() ? 'p' : undefined;
  if (type === undefined) return undefined;
  const numbers = type === 'p' ? {} : { major: majorOf(stat.rdev), minor: minorOf(stat.rdev) };
  return { path, type, ...numbers, fileMode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
}

// glibc's encoding of dev_t (sys/sysmacros.h); above 32 bits only BigInt shifts are right.
const majorOf = (rdev: number): number => Number(((BigInt(rdev) >> 8n) & 0xfffn) | ((BigInt(rdev) >> 32n) & ~0xfffn));
const minorOf = (rdev: number): number =>
  Number((BigInt(rdev) & 0xffn) | ((BigInt(rdev) >> 12n) & ~0xffn & 0xffffffffn));
