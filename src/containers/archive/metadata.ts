import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lchownSync,
  lutimesSync,
  openSync,
  write,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { codeOf, makeNode, O_PATH, setXattr } from '../../host/index.ts';
import type { TarType } from './tar-header.ts';

/** What a member of an archive says of a file beside its content. */
export interface Stamp {
  uid: number;
  gid: number;
  mode: number;
  /** Seconds since the epoch. */
  mtime: number;
  major: number;
  minor: number;
  xattrs: ReadonlyMap<string, Buffer>;
}

/**
 * Gives an open file or folder its owner, attributes and mode. In this order: a change of owner takes away file
 * capabilities and set-id bits.
 */
export function setMetadata(fd: number, stamp: Stamp): void {
  fchownSync(fd, stamp.uid, stamp.gid);
  for (const [name, value] of stamp.xattrs) setAttribute(fd, name, value);
  fchmodSync(fd, stamp.mode);
}

/** Attributes that the file system does not take are left out, as Docker does. */
function setAttribute(fd: number, name: string, value: Buffer): void {
  try {
    setXattr(fd, name, value);
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOTSUP' && !(code === 'EPERM' && name.startsWith('user.'))) throw error;
  }
}

const nodeTypes = {
  fifo: constants.S_IFIFO,
  'character-device': constants.S_IFCHR,
  'block-device': constants.S_IFBLK,
} as const;

/** Makes a device or a FIFO with its owner, mode and times. */
export function makeSpecial(place: Buffer, type: Extract<TarType, keyof typeof nodeTypes>, stamp: Stamp): void {
  makeNode(place, nodeTypes[type] | (stamp.mode & 0o777), stamp.major, stamp.minor);
  lchownSync(place, stamp.uid, stamp.gid);
  chmodNoFollow(place, stamp.mode);
  lutimesSync(place, toTime(stamp.mtime), toTime(stamp.mtime));
}

/** Changes the mode of what is at a place itself: chmod(2) by name would follow a link that was swapped in. */
function chmodNoFollow(place: Buffer, mode: number): void {
  const fd = openSync(place, O_PATH | constants.O_NOFOLLOW);
  try {
    chmodSync(`/proc/self/fd/${fd}`, mode);
  } finally {
    closeSync(fd);
  }
}

const writeSlowly = promisify(write);
/** Pieces below this size are written on the spot: a thread's round trip would take longer. */
const smallBytes = 32 * 1024;

/** Writes all of a content to an open file. */
export async function writeContent(fd: number, content: AsyncIterable<Buffer>): Promise<void> {
  for await (const piece of content) {
    for (let done = 0; done < piece.length; ) {
      const rest = piece.subarray(done);
      done +=
        rest.length < smallBytes ? writeSync(fd, rest) : (await writeSlowly(fd, rest, 0, rest.length)).bytesWritten;
    }
  }
}

/** Seconds for Node's utimes, which takes negative numbers for "now" and so needs times before 1970 as dates. */
export const toTime = (seconds: number): number | Date => (seconds < 0 ? new Date(seconds * 1000) : seconds);
