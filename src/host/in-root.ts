import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { cString, fromNode, type HostError, hostError } from './host-error.ts';
import { libc, SYS } from './libc.ts';

/** Flags of open(2) that Node does not name. */
export const O_PATH = 0x200000;
const O_CLOEXEC = 0x80000;

/** How openat2(2) resolves; see its manual page for the exact promises. */
export const RESOLVE = { NO_XDEV: 1, NO_MAGICLINKS: 2, NO_SYMLINKS: 4, BENEATH: 8, IN_ROOT: 0x10 } as const;

/** Flags of open(2), with the mode of a file that O_CREAT makes. */
export type OpenFlags = number | { flags: number; mode: number };

// A rename of a folder while `..` is resolved makes openat2 give up with EAGAIN, meant to be tried again.
const TRIES = 1000;

/**
 * One openat2(2) call relative to the folder `dir` (a file descriptor).
 * @returns a file descriptor (O_CLOEXEC), or minus the errno. Without O_PATH the open never waits for the other end of a
 *   FIFO and never takes a terminal: what a container put there must not hang the engine.
 */
export function openAt(dir: number, path: Buffer, how: { flags: OpenFlags; resolve: number }): number {
  const { flags, mode } = typeof how.flags === 'number' ? { flags: how.flags, mode: 0 } : how.flags;
  const safe = (flags & O_PATH) === 0 ? constants.O_NONBLOCK | constants.O_NOCTTY : 0;
  const struct = Buffer.alloc(24);
  struct.writeUInt32LE((flags | safe | O_CLOEXEC) >>> 0, 0);
  struct.writeUInt32LE((flags & constants.O_CREAT) !== 0 ? mode : 0, 8);
  struct.writeUInt32LE(how.resolve, 16);
  for (let attempt = 1; ; attempt += 1) {
    const fd = libc().openat2(SYS.openat2, dir, path, struct, struct.length);
    if (fd >= 0) return fd;
    const errno = libc().errno();
    if ((errno !== EAGAIN && errno !== EINTR) || attempt >= TRIES) return -errno;
  }
}

const EINTR = 4;
const EAGAIN = 11;

/** Opens the folder all paths are resolved in; links on the way to it are the caller's and are followed. */
export function openRoot(root: string): number {
  try {
    return openSync(root, O_PATH | constants.O_DIRECTORY);
  } catch (error) {
    throw fromNode(error, `open ${root}`);
  }
}

/** Runs `work` with the folder's file descriptor and closes it after. */
export function withRoot<T>(root: string, work: (fd: number) => T): T {
  const fd = openRoot(root);
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens `path` as if `root` were `/`: absolute links and `..` stay inside, whoever swaps folders meanwhile
 * (openat2 RESOLVE_IN_ROOT). Magic links are refused.
 * @param flags of open(2), O_PATH where not given
 * @returns a file descriptor that the caller closes
 */
export function openInRoot(root: string, path: string, flags: OpenFlags = O_PATH): number {
  return withRoot(root, (dir) => {
    const how = { flags, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS };
    const fd = openAt(dir, cString(path === '' ? '.' : path), how);
    if (fd < 0) throw openError(root, path, -fd);
    return fd;
  });
}

/** The error of an open inside a root, naming the path as seen from inside. */
export function openError(root: string, path: string, errno: number): HostError {
  return hostError(`open ${path} in ${root}`, errno);
}

/** Tells whether the open file is a folder, a link or something else. */
export function kindOf(fd: number): 'directory' | 'link' | 'other' {
  const stat = fstatSync(fd);
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'link' : 'other';
}
