import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lchownSync,
  openSync,
} from 'node:fs';
import { lastError } from './host-error.ts';
import { O_PATH } from './in-root.ts';
import { libc } from './libc.ts';
import { copyXattrs } from './xattr.ts';

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;

/**
 * Gives an open file or folder the owner, attributes, mode and times of another. In this order: chown takes away
 * capabilities and setuid bits, setting attributes changes nothing else, and times come last because all of it counts as change.
 */
export function copyOpenMetadata(from: number, to: number, stat: BigIntStats): void {
  fchownSync(to, Number(stat.uid), Number(stat.gid));
  copyXattrs(from, to);
  fchmodSync(to, Number(stat.mode & 0o7777n));
  if (libc().futimens(to, timesOf(stat)) !== 0) throw lastError('utimes');
}

/** The same for what cannot be opened without effect: links, FIFOs, sockets, devices. Never follows a link. */
export function copyNodeMetadata(from: Buffer, to: Buffer, stat: BigIntStats): void {
  lchownSync(to, Number(stat.uid), Number(stat.gid));
  copyXattrs(from, to);
  if (!stat.isSymbolicLink()) changeModeNoFollow(to, Number(stat.mode));
  const path = Buffer.concat([to, Buffer.alloc(1)]);
  if (libc().utimensat(AT_FDCWD, path, timesOf(stat), AT_SYMLINK_NOFOLLOW) !== 0) throw lastError('utimes');
}

/** Changes the mode of what is at `path` if it still is of the type that `mode` tells, and no link to elsewhere. */
export function changeModeNoFollow(path: string | Buffer, mode: number): void {
  const fd = openSync(path, O_PATH | constants.O_NOFOLLOW);
  try {
    const isSame = (fstatSync(fd).mode & constants.S_IFMT) === (mode & constants.S_IFMT);
    if (isSame) chmodSync(`/proc/self/fd/${fd}`, mode & 0o7777);
  } finally {
    closeSync(fd);
  }
}

/** Access and modification time to the nanosecond, as two struct timespec. */
function timesOf(stat: BigIntStats): Buffer {
  const times = Buffer.alloc(32);
  for (const [index, ns] of [stat.atimeNs, stat.mtimeNs].entries()) {
    // Rounded down, so that times before 1970 keep a positive nanosecond part.
    const rest = ((ns % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
    times.writeBigInt64LE((ns - rest) / 1_000_000_000n, index * 16);
    times.writeBigInt64LE(rest, index * 16 + 8);
  }
  return times;
}
