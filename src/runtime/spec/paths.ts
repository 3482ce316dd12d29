import { readdirSync } from 'node:fs';
import type { HostConfig } from '../../wire/index.ts';

const masked = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

/** What Docker hides from containers by default: kernel interfaces that tell of the host or of other containers. */
export const defaultMaskedPaths = (): string[] => [...masked, ...thermalThrottle()];

/** What Docker leaves readable only by default. */
export const defaultReadonlyPaths = (): string[] => [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];

/** Counters that change with the load of the whole machine, one folder a processor where the kernel has them. */
function thermalThrottle(): string[] {
  try {
    return readdirSync('/sys/devices/system/cpu')
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => `/sys/devices/system/cpu/${name}/thermal_throttle`);
  } catch {
    // No /sys to hide anything of.
    return [];
  }
}

type PathWishes = Pick<HostConfig, 'MaskedPaths' | 'ReadonlyPaths' | 'Privileged'>;

/** The paths to hide and to protect; null asks for the defaults, an empty list (`systempaths=unconfined`) for none. */
export function protectedPaths(wishes: PathWishes, unconfined: boolean): { masked: string[]; readonly: string[] } {
  if (wishes.Privileged || unconfined) return { masked: [], readonly: [] };
  return {
    masked: wishes.MaskedPaths ?? defaultMaskedPaths(),
    readonly: wishes.ReadonlyPaths ?? defaultReadonlyPaths(),
  };
}
