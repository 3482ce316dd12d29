import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isOwnLink } from '../../src/networks/bridge/links.ts';
import { tableOf, tagOf } from '../../src/networks/tag.ts';

/** What running containers leave on a machine while they run. */
export interface Traces {
  /** Mount points beneath a folder. */
  mounts: string[];
  /**
   * Command lines of processes that name the folder: monitors, runtimes, daemons. And those of processes with mounts of
   * their own, some of them from the folder: containers, even where nobody knows of them any more.
   */
  processes: string[];
  /** Control groups whose name has one of the container ids. */
  cgroups: string[];
  /** Links and packet filter tables of the daemon's networks. */
  networks: string[];
}

/** Looks for what belongs to a daemon whose files are all in `folder`, and to the containers named. */
export function tracesOf(folder: string, containerIds: readonly string[]): Traces {
  return {
    mounts: mountPoints().filter((path) => path === folder || path.startsWith(`${folder}/`)),
    processes: processesOf(folder),
    cgroups: containerIds.length === 0 ? [] : cgroupsOf(containerIds),
    networks: networksOf(tagOf({ dataRoot: join(folder, 'data'), execRoot: join(folder, 'run') })),
  };
}

function networksOf(tag: string): string[] {
  const links = readdirSync('/sys/class/net').filter((link) => isOwnLink(link, tag));
  const tables = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' }).split('\n');
  return [...links, ...tables.filter((line) => line.endsWith(` ${tableOf(tag)}`))];
}

/** Every mount point of the machine. Spaces and the like come as octal escapes. */
export function mountPoints(): string[] {
  const decode = (path: string) =>
    path.replace(/\\([0-7]{3})/g, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => decode(line.split(' ')[4] ?? ''));
}

function processesOf(folder: string): string[] {
  const ours = readlinkSync('/proc/self/ns/mnt');
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const isOurs = line.includes(folder) || (readlinkSync(`/proc/${pid}/ns/mnt`) !== ours && mountsFrom(pid, folder));
      return line !== '' && isOurs ? [`${pid}: ${line}`] : [];
    } catch {
      // It has ended since the folder was read.
      return [];
    }
  });
}

/** By the folder's own name: what is before it depends on which file system it is on. */
function mountsFrom(pid: string, folder: string): boolean {
  const table = readFileSync(`/proc/${pid}/mountinfo`, 'utf8');
  return table.split('\n').some((line) => line.split(' ')[3]?.includes(`/${basename(folder)}/`));
}

function cgroupsOf(containerIds: readonly string[]): string[] {
  return groupsBeneath('/sys/fs/cgroup', 5).filter((path) => containerIds.some((id) => path.includes(id)));
}

function groupsBeneath(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  try {
    const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return names.flatMap((entry) => {
      const path = join(folder, entry.name);
      return [path, ...groupsBeneath(path, depth - 1)];
    });
  } catch {
    // Groups come and go while they are being read.
    return [];
  }
}
