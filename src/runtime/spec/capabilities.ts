import { readFileSync } from 'node:fs';
import { invalidArgument } from '../../errors/index.ts';
import type { HostConfig } from '../../wire/index.ts';
import type { OciCapabilities } from './oci.ts';

/** Every capability of capabilities(7) at its bit number (linux/capability.h, up to 6.x). */
const byBit = [
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE',
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN',
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE',
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE',
]
  .join(' ')
  .split(' ')
  .map((name) => `CAP_${name}`);

/** What Docker leaves to a container that asks for nothing (docs: "Runtime privilege and Linux capabilities"). */
const defaults = [
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL',
  'AUDIT_WRITE',
]
  .join(' ')
  .split(' ')
  .map((name) => `CAP_${name}`);

/**
 * The capabilities this process may hand on: its bounding set. A container can never have more, and a runtime told to
 * give more fails with EPERM.
 */
export function availableCapabilities(status = readFileSync('/proc/self/status', 'utf8')): string[] {
  const mask = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return byBit.filter((_, bit) => (mask & (1n << BigInt(bit))) !== 0n);
}

type CapabilityWishes = Pick<HostConfig, 'CapAdd' | 'CapDrop' | 'Privileged'>;

/**
 * The capabilities of a container: Docker's defaults with `CapAdd` and `CapDrop`, names with or without CAP_ in any
 * case, ALL for every one there is; all of them where it is privileged.
 * @throws invalid-argument for a name that is none, or an added one that this host cannot give.
 */
export function capabilitiesFor(wishes: CapabilityWishes, available = availableCapabilities()): string[] {
  const add = (wishes.CapAdd ?? []).map((name) => normalize(name, 'CapAdd'));
  const drop = new Set((wishes.CapDrop ?? []).map((name) => normalize(name, 'CapDrop')));
  if (wishes.Privileged) return available;
  for (const name of add) {
    if (name === 'ALL' || available.includes(name)) continue;
    const reason = 'capability not supported by your kernel or not available in the current environment';
    throw invalidArgument(`invalid CapAdd: ${reason}: "${name}"`);
  }
  if (add.includes('ALL')) return available.filter((name) => !drop.has(name));
  if (drop.has('ALL')) return [...new Set(add)];
  const kept = defaults.filter((name) => !drop.has(name) && available.includes(name));
  return [...new Set([...kept, ...add])];
}

function normalize(name: string, field: 'CapAdd' | 'CapDrop'): string {
  const upper = name.toUpperCase();
  if (upper === 'ALL') return upper;
  const full = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (!byBit.includes(full)) throw invalidArgument(`invalid ${field}: unknown capability: "${full}"`);
  return full;
}

/** The sets of a process: who is not root gets no more than the bounding set, which is what execve(2) would leave it. */
export function capabilitySets(names: string[], uid: number): OciCapabilities {
  const held = uid === 0 ? names : [];
  return { bounding: names, effective: held, permitted: held };
}
