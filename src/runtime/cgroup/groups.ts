import { readdirSync, readFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type CgroupLayout, cgroupLayout, codeOf } from '../../host/index.ts';

let layout: CgroupLayout | undefined;

/** The trees are mounted once, before the daemon starts. */
function mountedGroups(): CgroupLayout {
  layout ??= cgroupLayout();
  return layout;
}

/** The control groups of one container, as files; see `processCgroups` for the keys. */
export class ContainerGroups {
  readonly #paths: Record<string, string>;
  readonly #layout: CgroupLayout;

  constructor(paths: Record<string, string>, mounted = mountedGroups()) {
    this.#paths = paths;
    this.#layout = mounted;
  }

  /** Whether everything is in the one tree of version 2. */
  get isUnified(): boolean {
    return this.#layout.version === 'v2';
  }

  /** The folder of a controller; undefined where it is not mounted. In version 2 all are in one folder. */
  folder(controller: string): string | undefined {
    const mountpoint = this.isUnified ? this.#layout.unified : this.#layout.v1[controller];
    const path = this.#paths[this.isUnified ? '' : controller];
    return mountpoint === undefined || path === undefined ? undefined : join(mountpoint, path);
  }

  /** A file's text; undefined where this kernel has no such file, or the group is gone. */
  read(controller: string, file: string): string | undefined {
    const folder = this.folder(controller);
    if (folder === undefined) return undefined;
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch (error) {
      // ENODEV: removed while it was being read. EOPNOTSUPP: a file that stands for nothing in this group.
      if (['ENOENT', 'ENODEV', 'EOPNOTSUPP'].includes(codeOf(error) ?? '')) return undefined;
      throw error;
    }
  }

  /** A file with one number; `max` is undefined too. */
  number(controller: string, file: string): number | undefined {
    const text = this.read(controller, file)?.trim();
    return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
  }

  /** A file of `name value` lines. */
  table(controller: string, file: string): Record<string, number> {
    return parseTable(this.read(controller, file) ?? '');
  }

  /** The processes in the container, those in groups that it made itself too; on the host's numbers. */
  processes(): number[] {
    const controllers = this.isUnified ? [''] : ['pids', 'memory', 'devices', 'freezer', 'cpu'];
    const folder = controllers.map((name) => this.folder(name)).find((each) => each !== undefined);
    return folder === undefined ? [] : [...new Set(processesBeneath(folder))].sort((a, b) => a - b);
  }

  /**
   * Removes those that are the container's own: named by its id.
   * @returns false where there are none, or one is still in use: by a process, or by a group beneath it
   */
  async remove(id: string): Promise<boolean> {
    const { unified, v1 } = this.#layout;
    const own = Object.entries(this.#paths).filter(([, path]) => basename(path) === id);
    for (const [controller, path] of own) {
      const mountpoint = controller === '' ? unified : v1[controller];
      if (mountpoint !== undefined && !(await removeGroup(join(mountpoint, path)))) return false;
    }
    return own.length > 0;
  }

  /** Whether the kernel ended a process in it for want of memory. */
  wasOutOfMemory(): boolean {
    const file = this.isUnified ? 'memory.events' : 'memory.oom_control';
    return (this.table('memory', file).oom_kill ?? 0) > 0;
  }
}

async function removeGroup(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    // Controllers that share a tree share the folder too.
    if (codeOf(error) === 'ENOENT') return true;
    if (codeOf(error) === 'EBUSY') return false;
    throw error;
  }
}

function parseTable(text: string): Record<string, number> {
  const table: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [name, value] = line.split(' ');
    if (name !== undefined && value !== undefined && value !== '') table[name] = Number(value);
  }
  return table;
}

function processesBeneath(folder: string): number[] {
  try {
    const own = readFileSync(join(folder, 'cgroup.procs'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const groups = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...own.map(Number), ...groups.flatMap(({ name }) => processesBeneath(join(folder, name)))];
  } catch (error) {
    // A group that went away with its last process; or a threaded one, whose processes the one above lists.
    if (['ENOENT', 'ENODEV', 'EOPNOTSUPP'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
}
