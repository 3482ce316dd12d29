import { libc, SYS } from './libc.ts';

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;
/** From memory where possible: a network mount that is dead must not be waited for. */
const AT_STATX_DONT_SYNC = 0x4000;
const FLAGS = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
const STATX_CTIME = 0x80;
const STATX_INO = 0x100;
const STATX_SIZE = 0x200;
const STATX_ATTR_MOUNT_ROOT = 0x2000;

/** struct statx, as in linux/stat.h. */
const SIZE = 256;
const OFFSET = {
  attributes: 8,
  inode: 32,
  size: 40,
  attributesMask: 56,
  changedSeconds: 96,
  changedNanoseconds: 104,
  deviceMajor: 136,
  deviceMinor: 140,
} as const;

const out = Buffer.alloc(SIZE);

/** What statx(2) says of a path, and stat(2) does not or only at more expense. */
export interface Statx {
  /** The file system's device, to be compared with others of this kind. */
  device: number;
  inode: bigint;
  /** In bytes; of a folder, what its list of names takes up. */
  size: number;
  /** The change time: whole seconds since the epoch, and nanoseconds of the next. */
  seconds: number;
  nanoseconds: number;
  /** Whether something is mounted there; undefined where the kernel does not say (before Linux 5.8). */
  mounted: boolean | undefined;
}

/** A folder of this size may hold very many names (in bytes): reading it would keep the engine from answering. */
export const LARGE_FOLDER = 256 * 1024;

/** Asks about a path, itself where it is a link. @returns undefined where that cannot be told, as of one that is gone. */
export function statx(path: string): Statx | undefined {
  const mask = STATX_CTIME | STATX_INO | STATX_SIZE;
  if (libc().statx(SYS.statx, AT_FDCWD, path, FLAGS, mask, out) !== 0) return undefined;
  return {
    device: out.readUInt32LE(OFFSET.deviceMajor) * 2 ** 32 + out.readUInt32LE(OFFSET.deviceMinor),
    inode: out.readBigUInt64LE(OFFSET.inode),
    size: Number(out.readBigUInt64LE(OFFSET.size)),
    seconds: out.readUInt32LE(OFFSET.changedSeconds) + out.readInt32LE(OFFSET.changedSeconds + 4) * 2 ** 32,
    nanoseconds: out.readUInt32LE(OFFSET.changedNanoseconds),
    mounted: hasMountRoot(OFFSET.attributesMask) ? hasMountRoot(OFFSET.attributes) : undefined,
  };
}

function hasMountRoot(offset: number): boolean {
  return (out.readUInt32LE(offset) & STATX_ATTR_MOUNT_ROOT) !== 0;
}
