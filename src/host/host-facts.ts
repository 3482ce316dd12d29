import { readFileSync } from 'node:fs';
import { availableParallelism, hostname, machine, release, totalmem, version } from 'node:os';
import { type CgroupLayout, cgroupLayout } from './cgroups.ts';

/** What `docker info` tells of the machine. */
export interface HostFacts {
  /** `6.1.0-21-amd64` */
  kernel: string;
  /** The build of the kernel: `#1 SMP PREEMPT_DYNAMIC …` */
  kernelBuild: string;
  /** `Debian GNU/Linux 12 (bookworm)` */
  osName: string;
  /** `12`; empty where the distribution has no versions. */
  osVersion: string;
  /** The distribution's short name: `debian`. */
  osId: string;
  /** As uname(2) says: `x86_64`. */
  arch: string;
  /** Those this process may run on. */
  cpus: number;
  memoryBytes: number;
  hostname: string;
  cgroup: CgroupLayout['version'];
  cgroups: CgroupLayout;
  /** Loaded security modules among `apparmor`, `selinux`, `seccomp`. */
  security: string[];
}

/** Reads what there is to know about this machine; a few small files, under a millisecond. */
export function hostFacts(): HostFacts {
  const os = osRelease();
  const cgroups = cgroupLayout();
  return {
    kernel: release(),
    kernelBuild: version(),
    osName: os.PRETTY_NAME ?? os.NAME ?? 'Linux',
    osVersion: os.VERSION_ID ?? '',
    osId: os.ID ?? 'linux',
    arch: machine(),
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    hostname: hostname(),
    cgroup: cgroups.version,
    cgroups,
    security: security(),
  };
}

function osRelease(): Record<string, string> {
  return parseOsRelease(readOr('/etc/os-release') ?? readOr('/usr/lib/os-release') ?? '');
}

/** Parses os-release(5): assignments as a shell reads them. */
export function parseOsRelease(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([A-Za-z0-9_]+)=(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const [, quote] = /^(["']).*\1$/.exec(value) ?? [];
    const inner = quote === undefined ? value : value.slice(1, -1);
    values[name] = quote === "'" ? inner : inner.replace(/\\(.)/g, '$1');
  }
  return values;
}

function security(): string[] {
  const modules = (readOr('/sys/kernel/security/lsm') ?? '').trim().split(',');
  const found = ['apparmor', 'selinux'].filter((name) => modules.includes(name));
  if (!found.includes('apparmor') && readOr('/sys/module/apparmor/parameters/enabled')?.trim() === 'Y')
    found.push('apparmor');
  if (/^Seccomp:/m.test(readOr('/proc/self/status') ?? '')) found.push('seccomp');
  return found;
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not on this system, or not for us: as if it said nothing.
    return undefined;
  }
}
