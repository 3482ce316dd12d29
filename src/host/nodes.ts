import { chmodSync, chownSync, lchownSync, mkdirSync } from 'node:fs';
import { changeModeNoFollow } from './copy-metadata.ts';
import { fromNode, lastError } from './host-error.ts';
import { libc, SYS } from './libc.ts';
import { makeFolders } from './make-folders.ts';

const AT_FDCWD = -100;

/** A device number as the kernel packs it (makedev(3)). */
export function deviceNumber(major: number, minor: number): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (low & 0xffn) | ((high & 0xfffn) << 8n) | ((low & ~0xffn) << 12n) | ((high & ~0xfffn) << 32n);
}

/**
 * Makes a device, FIFO or socket (mknod(2)); `0:0` as character device is overlay's whiteout.
 * @param mode type (S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK) and permission bits, whatever the umask
 */
export function makeNode(path: string | Buffer, mode: number, ...[major = 0, minor = 0]: [number?, number?]): void {
  const bytes = Buffer.concat([Buffer.from(path as string), Buffer.alloc(1)]);
  const result = libc().mknodat(SYS.mknodat, AT_FDCWD, bytes, mode, Number(deviceNumber(major, minor)));
  if (result !== 0) throw lastError(`mknod ${path}`);
  changeModeNoFollow(path, mode);
}

export interface DirectoryOptions {
  /** Permission bits, whatever the umask; 0755 where not given. */
  mode?: number;
  uid?: number;
  gid?: number;
}

/** Makes one folder with exactly this mode and owner. @throws HostError, EEXIST where something is there */
export function makeDirectory(path: string, options: DirectoryOptions = {}): void {
  const mode = options.mode ?? 0o755;
  try {
    mkdirSync(path, { mode: 0o700 });
    if (options.uid !== undefined || options.gid !== undefined) chownSync(path, options.uid ?? 0, options.gid ?? 0);
    chmodSync(path, mode);
  } catch (error) {
    throw fromNode(error, `mkdir ${path}`);
  }
}

/** Makes a folder and those above it that are missing, each with exactly this mode; an existing one is left as it is. */
export function ensureDirectory(path: string, mode = 0o755): void {
  try {
    const first = makeFolders(path, mode);
    if (first === undefined || (mode & ~process.umask()) === mode) return;
    for (let made = path; made.length >= first.length; made = made.slice(0, made.lastIndexOf('/'))) {
      chmodSync(made, mode);
    }
  } catch (error) {
    throw fromNode(error, `mkdir ${path}`);
  }
}

/** Changes the owner of a file, or of a link itself. */
export function changeOwner(path: string, owner: { uid: number; gid: number }): void {
  try {
    lchownSync(path, owner.uid, owner.gid);
  } catch (error) {
    throw fromNode(error, `chown ${path}`);
  }
}
