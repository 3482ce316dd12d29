import { readFileSync } from 'node:fs';
import type { ContainerGroups } from './groups.ts';
import { unifiedUsage } from './stats-v2.ts';

/** Bytes that went from and to disks, since a container's start. */
export interface Transfers {
  read: number;
  written: number;
}

/**
 * What a container has read and written. With version 2 of control groups these are the group's counters. Those of version
 * 1 miss what a program writes and the kernel brings to the disk later, which is nearly everything: there the counters
 * of its processes are added up, and those of a process that was started from outside (exec) go with it.
 */
export function transfersOf(groups: ContainerGroups): Transfers {
  return groups.isUnified ? ofGroup(groups) : ofProcesses(groups);
}

function ofGroup(groups: ContainerGroups): Transfers {
  const entries = unifiedUsage(groups).blkio.io_service_bytes_recursive ?? [];
  const sum = (wanted: string) =>
    entries.filter(({ op }) => op === wanted).reduce((total, { value }) => total + value, 0);
  return { read: sum('read'), written: sum('write') };
}

function ofProcesses(groups: ContainerGroups): Transfers {
  const total = { read: 0, written: 0 };
  for (const pid of groups.processes()) {
    const text = readIo(pid);
    total.read += counter(text, 'read_bytes');
    total.written += counter(text, 'write_bytes');
  }
  return total;
}

/** "" for a process that has ended. */
function readIo(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/io`, 'latin1');
  } catch {
    return '';
  }
}

const counter = (text: string, name: string): number =>
  Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
