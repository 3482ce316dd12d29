import { invalidArgument, notImplemented } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { type FlagValues, list, map, text, toggle } from '../flags/index.ts';
import { checkDeviceRule, isVendorDevice, parseDevice } from './devices.ts';
import { readSecurityOptions } from './security-options.ts';

/** Docker has these for Windows, and its client refuses them for Linux. */
const WINDOWS_FLAGS = {
  'cpu-count': text('', { hidden: true }),
  'cpu-percent': text('', { hidden: true }),
  'io-maxbandwidth': text('', { hidden: true }),
  'io-maxiops': text('', { hidden: true }),
};

/** Flags for what a container may do and see. */
export const ISOLATION_FLAGS = {
  'cap-add': list('Add Linux capabilities'),
  'cap-drop': list('Drop Linux capabilities'),
  cgroupns: text("Cgroup namespace to use (host|private); the daemon's own choice where none is given"),
  device: list('Add a host device to the container'),
  'device-cgroup-rule': list('Add a rule to the cgroup allowed devices list', { check: checkDeviceRule }),
  gpus: text('GPU devices to add to the container', { hidden: true }),
  'group-add': list('Add additional groups to join'),
  ipc: text('IPC mode to use'),
  isolation: text('', { hidden: true }),
  ...WINDOWS_FLAGS,
  pid: text('PID namespace to use'),
  privileged: toggle('Give extended privileges to this container'),
  'read-only': toggle("Mount the container's root filesystem as read only"),
  runtime: text('Runtime to use for this container'),
  'security-opt': list('Security Options'),
  'storage-opt': list('Storage driver options for the container'),
  sysctl: map('Sysctl options', { check: checkSysctl }),
  userns: text('User namespace to use'),
  uts: text('UTS namespace to use'),
};

const KERNEL_SYSCTLS = new Set(
  'msgmax msgmnb msgmni sem shmall shmmax shmmni shm_rmid_forced'.split(' ').map((name) => `kernel.${name}`),
);

/** Only settings that belong to a namespace may differ from the host's. */
function checkSysctl(raw: string): string {
  const name = raw.split('=')[0] ?? '';
  const isNamespaced = name.startsWith('net.') || name.startsWith('fs.mqueue.') || KERNEL_SYSCTLS.has(name);
  if (!raw.includes('=') || !isNamespaced) throw invalidArgument(`sysctl '${raw}' is not allowed`);
  return raw;
}

/** The fields of `HostConfig` for isolation. @throws invalid-argument in docker's words. */
export function isolation(app: App, values: FlagValues<typeof ISOLATION_FLAGS>) {
  if (values.gpus !== '')
    throw notImplemented('--gpus is not supported: holdfast does not hand out GPUs; use --device for a device file');
  refuseWindows(values);
  checkModes(values);
  const devices = values.device.filter((device) => !isVendorDevice(device));
  const vendorDevices = values.device.filter(isVendorDevice);
  return {
    CapAdd: capabilities(values['cap-add']),
    CapDrop: capabilities(values['cap-drop']),
    CgroupnsMode: values.cgroupns,
    Devices: devices.map(parseDevice),
    DeviceCgroupRules: orNull(values['device-cgroup-rule']),
    DeviceRequests: vendorDevices.length === 0 ? null : [vendorRequest(vendorDevices)],
    GroupAdd: orNull(values['group-add']),
    IpcMode: values.ipc,
    Isolation: values.isolation,
    PidMode: values.pid,
    Privileged: values.privileged,
    ReadonlyRootfs: values['read-only'],
    ...readSecurityOptions(app, values['security-opt']),
    ...(values['storage-opt'].length === 0 ? {} : { StorageOpt: storageOptions(values['storage-opt']) }),
    ...(values.sysctl.size === 0 ? {} : { Sysctls: Object.fromEntries(values.sysctl) }),
    ...(values.runtime === '' ? {} : { Runtime: values.runtime }),
    UsernsMode: values.userns,
    UTSMode: values.uts,
  };
}

function refuseWindows(values: FlagValues<typeof WINDOWS_FLAGS>): void {
  const given = Object.keys(WINDOWS_FLAGS).find((name) => values[name as keyof typeof WINDOWS_FLAGS] !== '');
  if (given !== undefined) throw invalidArgument(`--${given} is for containers on Windows only`);
}

/** Docker sends null for a list nobody gave. */
export function orNull<T>(values: readonly T[]): readonly T[] | null {
  return values.length === 0 ? null : values;
}

function checkModes({
  pid,
  uts,
  userns,
  cgroupns,
}: {
  pid: string;
  uts: string;
  userns: string;
  cgroupns: string;
}): void {
  if (pid !== '' && pid !== 'host' && !/^container:.+$/.test(pid)) throw invalidArgument('--pid: invalid PID mode');
  if (uts !== '' && uts !== 'host') throw invalidArgument('--uts: invalid UTS mode');
  if (userns !== '' && userns !== 'host') throw invalidArgument('--userns: invalid USER mode');
  if (!['', 'host', 'private'].includes(cgroupns)) throw invalidArgument('--cgroupns: invalid CGROUP mode');
}

/** Capabilities by their full names, sorted, each once; ALL has no prefix. */
function capabilities(names: readonly string[]): string[] | null {
  const full = names
    .map((name) => name.trim().toUpperCase())
    .map((name) => (name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`));
  return full.length === 0 ? null : [...new Set(full)].sort();
}

function vendorRequest(devices: string[]) {
  return { Driver: 'cdi', Count: 0, DeviceIDs: devices, Capabilities: null, Options: null };
}

function storageOptions(options: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    options.map((option) => {
      const at = option.indexOf('=');
      if (at === -1) throw invalidArgument('invalid storage option');
      return [option.slice(0, at), option.slice(at + 1)];
    }),
  );
}
