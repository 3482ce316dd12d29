import { openSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { libc } from './libc.ts';

/** One line of /proc/self/mountinfo (proc(5)). */
export interface MountEntry {
  id: number;
  parent: number;
  /** `major:minor` of the file system. */
  device: string;
  /** The folder inside the file system that is mounted: `/` unless it is a bind of a part. */
  root: string;
  mountpoint: string;
  /** Per-mount options: `rw`, `nosuid`, `relatime`… */
  options: string[];
  /** `shared:N`, `master:N`, `propagate_from:N`, `unbindable`; empty where private. */
  propagation: string[];
  type: string;
  source: string;
  superOptions: string;
}

/** Parses the text of a mountinfo file; lines that are not whole are skipped. */
export function parseMountInfo(text: string): MountEntry[] {
  const entries: MountEntry[] = [];
  for (const line of text.split('\n')) {
    const fields = line.split(' ');
    const dash = fields.indexOf('-', 6);
    const [id, parent, device, root, mountpoint, options] = fields;
    if (dash < 0 || mountpoint === undefined || root === undefined) continue;
    entries.push({
      id: Number(id),
      parent: Number(parent),
      device: device ?? '',
      root: unescapeOctal(root),
      mountpoint: unescapeOctal(mountpoint),
      options: (options ?? '').split(','),
      propagation: fields.slice(6, dash),
      type: unescapeOctal(fields[dash + 1] ?? ''),
      source: unescapeOctal(fields[dash + 2] ?? ''),
      superOptions: unescapeOctal(fields[dash + 3] ?? ''),
    });
  }
  return entries;
}

/** The kernel writes blanks, tabs, newlines, backslashes and `#` of a path as `\ooo`. */
function unescapeOctal(field: string): string {
  return field.includes('\\')
    ? field.replace(/\\([0-3][0-7]{2})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
    : field;
}

/**
 * Every mount of a process' mount namespace, in the kernel's order; read afresh.
 * @param pid this process where not given. Paths are as that process sees them.
 */
export function mountTable(pid: number | 'self' = 'self'): MountEntry[] {
  return parseMountInfo(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'));
}

/** Tells whether something is mounted on `path`. Links in the folders above are followed, `path` itself is not touched. */
export function isMountpoint(path: string): boolean {
  const place = realPlace(path);
  return place !== undefined && mountpoints().set.has(place);
}

/**
 * What is mounted inside `dir` (not on `dir` itself), deepest and newest first; a place mounted twice is there twice. Links
 * on the way to `dir` are followed; a `dir` that is missing has nothing inside.
 */
export function mountpointsBeneath(dir: string): string[] {
  const place = realPath(dir);
  if (place === undefined) return [];
  const prefix = place === '/' ? '/' : `${place}/`;
  const beneath = mountpoints().list.filter((mountpoint) => mountpoint.startsWith(prefix) && mountpoint !== '/');
  const depth = (path: string): number => path.split('/').length;
  return beneath.reverse().sort((one, other) => depth(other) - depth(one));
}

/** The real path, found without touching the last part: a stat of a dead network mount would hang. */
function realPlace(path: string): string | undefined {
  const whole = resolve(path);
  if (whole === '/') return whole;
  const parent = realPath(dirname(whole));
  return parent === undefined ? undefined : join(parent, basename(whole));
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    // Where there is no folder, nothing can be mounted.
    return undefined;
  }
}

interface Mountpoints {
  list: string[];
  set: ReadonlySet<string>;
}

let known: Mountpoints | undefined;
let watch: { fd: number; request: Buffer } | undefined;

/**
 * The mountpoints, read again only when the kernel says that the mount table changed: poll(2) on an open mountinfo
 * reports POLLERR|POLLPRI once for each change (proc(5)). Asked a thousand times in a prune, reading each time would cost
 * 50 ms and more.
 */
function mountpoints(): Mountpoints {
  if (!changed() && known !== undefined) return known;
  const list = mountTable().map((entry) => entry.mountpoint);
  known = { list, set: new Set(list) };
  return known;
}

function changed(): boolean {
  const POLLPRI = 2;
  if (watch === undefined) {
    const request = Buffer.alloc(8);
    request.writeInt32LE(openSync('/proc/self/mountinfo', 'r'), 0);
    request.writeInt16LE(POLLPRI, 4);
    watch = { fd: request.readInt32LE(0), request };
  }
  return libc().poll(watch.request, 1, 0) !== 0;
}
