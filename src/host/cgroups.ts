import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, fromNode } from './host-error.ts';
import { type MountEntry, mountTable } from './mount-table.ts';

/** Where the kernel's control groups are mounted. */
export interface CgroupLayout {
  /** `v1`: only controllers of their own; `v2`: one tree; `hybrid`: v1 controllers, and a v2 tree beside them. */
  version: 'v1' | 'hybrid' | 'v2';
  /** The mountpoint of the v2 tree, where there is one. */
  unified: string | undefined;
  /** The v1 controllers and where each is mounted; `name=systemd` among them. Empty in v2. */
  v1: Record<string, string>;
  /** The controllers there are: v1's mounted ones, or those the v2 tree's root offers. */
  controllers: string[];
}

const FILE_SYSTEM_WORDS = new Set(['rw', 'ro', 'xattr', 'noprefix', 'clone_children', 'seclabel']);

/** Finds the control groups by the mount table, which is right for every distribution and for none of them by name. */
export function cgroupLayout(table: MountEntry[] = mountTable()): CgroupLayout {
  const v1: Record<string, string> = {};
  for (const entry of table) {
    if (entry.type !== 'cgroup') continue;
    for (const word of entry.superOptions.split(',')) {
      if (!FILE_SYSTEM_WORDS.has(word) && !word.startsWith('release_agent=')) v1[word] ??= entry.mountpoint;
    }
  }
  const unified = table.find((entry) => entry.type === 'cgroup2')?.mountpoint;
  const hasControllers = Object.keys(v1).some((name) => !name.startsWith('name='));
  if (hasControllers || unified === undefined) {
    const controllers = Object.keys(v1).filter((name) => !name.startsWith('name='));
    return { version: unified === undefined ? 'v1' : 'hybrid', unified, v1, controllers };
  }
  const offered = read(join(unified, 'cgroup.controllers')) ?? '';
  return { version: 'v2', unified, v1: {}, controllers: offered.split(/\s+/).filter((name) => name !== '') };
}

/**
 * The control groups a process is in, by controller; the v2 tree is the empty name. Paths are from each tree's mountpoint.
 * Undefined where there is no such process.
 */
export function processCgroups(pid: number): Record<string, string> | undefined {
  const text = read(`/proc/${pid}/cgroup`);
  return text === undefined ? undefined : parseProcessCgroups(text);
}

/** Parses /proc/PID/cgroup (cgroups(7)): `hierarchy:controllers:path` lines. */
export function parseProcessCgroups(text: string): Record<string, string> {
  const groups: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) groups[controller] = path;
  }
  return groups;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined;
    throw fromNode(error, `read ${path}`);
  }
}
