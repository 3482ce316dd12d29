import { invalidArgument } from '../../errors/index.ts';

/** A host device in a container. */
export interface DeviceMapping {
  PathOnHost: string;
  PathInContainer: string;
  CgroupPermissions: string;
}

const MODE = /^(?!.*(.).*\1)[rwm]+$/;
const VENDOR_DEVICE = /^[a-z][\w.-]*\/[a-z][\w-]*=[\w.:-]+$/i;

/** Tells names of the Container Device Interface (vendor/class=name) from paths. */
export function isVendorDevice(raw: string): boolean {
  return VENDOR_DEVICE.test(raw);
}

/** Reads `--device HOST[:CONTAINER][:MODE]`. @throws invalid-argument in docker's words. */
export function parseDevice(raw: string): DeviceMapping {
  const parts = raw.split(':');
  const [host = '', second, third] = parts;
  if (parts.length > 3 || host === '') throw invalidArgument(`bad format for path: ${raw}`);
  const secondIsMode = second !== undefined && MODE.test(second) && third === undefined;
  const inside = second === undefined || secondIsMode ? host : second;
  const mode = third ?? (secondIsMode ? second : 'rwm');
  if (!MODE.test(mode)) throw invalidArgument(`bad mode specified: ${mode}`);
  if (!inside.startsWith('/')) throw invalidArgument(`${inside} is not an absolute path`);
  return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: mode };
}

/** Refuses what is no rule of the devices cgroup. @returns it unchanged. */
export function checkDeviceRule(raw: string): string {
  if (!/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(raw)) {
    throw invalidArgument(`invalid device cgroup format '${raw}'`);
  }
  return raw;
}
