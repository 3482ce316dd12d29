import { closeSync, constants, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fromNode, hostError, lastError } from './host-error.ts';
import { libc } from './libc.ts';
import { statx } from './statx.ts';

/* Subvolumes of btrfs by ioctls (linux/btrfs.h): a process for each would take longer than the work. */

const SUBVOL_CREATE = 0x5000940e;
const SNAP_CREATE_V2 = 0x50009417;
/** Linux 5.7. */
const SNAP_DESTROY_V2 = 0x5000943f;
const SPEC_BY_ID = 16n;
const INO_LOOKUP = 0xd0009412;
const TREE_SEARCH = 0xd0009411;
const SUBVOL_SETFLAGS = 0x4008941a;
const RDONLY = 2;

/** struct btrfs_ioctl_vol_args and …_v2 have the same size; the name comes last in both. */
const ARGS_SIZE = 4096;
const NAME_OFFSET = 8;
const NAME_OFFSET_V2 = 56;
const FLAGS_OFFSET_V2 = 16;

/** struct btrfs_ioctl_search_args: a key, then items with a header each. */
const SEARCH_KEY_SIZE = 104;
const ITEM_COUNT_OFFSET = 64;
const ITEM_HEADER_SIZE = 32;
export const EVERYTHING = 0xffff_ffff_ffff_ffffn;
const ROOT_TREE = 1n;
const ROOT_REF = 156;

/** The inode of every subvolume's root. */
const ROOT_INODE = 256n;

/** Whether a path on btrfs is a subvolume; false where it is missing. */
export const isSubvolume = (path: string): boolean => statx(path)?.inode === ROOT_INODE;

/** Makes an empty subvolume (mode 0777 cut by the umask). Not yet durable. @throws HostError, EEXIST where something is there */
export function createSubvolume(path: string): void {
  inFolder(path, (fd, name) => {
    if (libc().ioctlStruct(fd, SUBVOL_CREATE, nameArgs(name)) !== 0) throw lastError(`create subvolume ${path}`);
  });
}

/**
 * Makes a snapshot of a subvolume at a path where nothing is; nested subvolumes are empty folders in it. On return it is on
 * disk, since the file system commits for it: hence off the main thread.
 */
export async function snapshotSubvolume(from: string, to: string, options: { readOnly: boolean }): Promise<void> {
  const source = openFolder(from);
  try {
    await inFolder(to, async (fd, name) => {
      const args = Buffer.alloc(ARGS_SIZE);
      args.writeBigInt64LE(BigInt(source), 0);
      args.writeBigUInt64LE(options.readOnly ? BigInt(RDONLY) : 0n, FLAGS_OFFSET_V2);
      args.write(name, NAME_OFFSET_V2);
      await callAsync({ fd, request: SNAP_CREATE_V2, args }, `snapshot ${from} to ${to}`);
    });
  } finally {
    closeSync(source);
  }
}

/** Makes a subvolume read-only. */
export function makeReadOnly(path: string): void {
  const fd = openFolder(path);
  try {
    const flags = Buffer.alloc(8);
    flags.writeBigUInt64LE(BigInt(RDONLY));
    if (libc().ioctlStruct(fd, SUBVOL_SETFLAGS, flags) !== 0) throw lastError(`make ${path} read-only`);
  } finally {
    closeSync(fd);
  }
}

/** Whether there are subvolumes in a subvolume: whoever writes to it may have made some. */
export function hasNestedSubvolumes(path: string): boolean {
  const fd = openFolder(path);
  try {
    return childrenOf(fd, treeId(fd, path)).length > 0;
  } finally {
    closeSync(fd);
  }
}

/** Deletes a subvolume with all that is in it, also nested and read-only ones. Space is freed behind that. */
export async function deleteSubvolume(path: string): Promise<void> {
  const folder = openFolder(dirname(path));
  try {
    const fd = openFolder(path);
    let id: bigint;
    try {
      id = treeId(fd, path);
    } finally {
      closeSync(fd);
    }
    // By number, not by path: what is inside may be somebody's who would swap a folder for a link.
    const doomed = [id];
    for (const each of doomed) doomed.push(...childrenOf(folder, each));
    for (const each of doomed.reverse()) {
      const args = Buffer.alloc(ARGS_SIZE);
      args.writeBigUInt64LE(SPEC_BY_ID, FLAGS_OFFSET_V2);
      args.writeBigUInt64LE(each, NAME_OFFSET_V2);
      await callAsync({ fd: folder, request: SNAP_DESTROY_V2, args }, `delete subvolume ${path}`);
    }
  } finally {
    closeSync(folder);
  }
}

/** The number of the subvolume that an open folder is in. */
export function treeId(fd: number, path: string): bigint {
  const args = Buffer.alloc(ARGS_SIZE);
  args.writeBigUInt64LE(ROOT_INODE, 8);
  if (libc().ioctlStruct(fd, INO_LOOKUP, args) !== 0) throw lastError(`look up the subvolume of ${path}`);
  return args.readBigUInt64LE(0);
}

/** One search of a tree for items of one kind: of one object, whatever stands behind it, or about one number. */
export interface TreeSearch {
  tree: bigint;
  object: bigint;
  type: number;
  offsets: [from: bigint, to: bigint];
}

/** The items found, at most a page of them; none where there is no such tree. */
export function searchTree(
  fd: number,
  { tree, object, type, offsets }: TreeSearch,
): Array<{ offset: bigint; data: Buffer }> {
  const page = Buffer.alloc(ARGS_SIZE);
  const key = [tree, object, object, ...offsets, 0n, EVERYTHING];
  for (const [index, word] of key.entries()) page.writeBigUInt64LE(word, index * 8);
  page.writeUInt32LE(type, 56);
  page.writeUInt32LE(type, 60);
  page.writeUInt32LE(1000, ITEM_COUNT_OFFSET);
  if (libc().ioctlStruct(fd, TREE_SEARCH, page) !== 0) return [];
  const found: Array<{ offset: bigint; data: Buffer }> = [];
  let at = SEARCH_KEY_SIZE;
  for (let left = page.readUInt32LE(ITEM_COUNT_OFFSET); left > 0; left -= 1) {
    const end = at + ITEM_HEADER_SIZE + page.readUInt32LE(at + 28);
    found.push({ offset: page.readBigUInt64LE(at + 16), data: page.subarray(at + ITEM_HEADER_SIZE, end) });
    at = end;
  }
  return found;
}

/** The numbers of the subvolumes directly inside one. */
function childrenOf(fd: number, id: bigint): bigint[] {
  const children: bigint[] = [];
  for (let from = 0n; ; from = (children.at(-1) ?? 0n) + 1n) {
    const page = searchTree(fd, { tree: ROOT_TREE, object: id, type: ROOT_REF, offsets: [from, EVERYTHING] });
    if (page.length === 0) return children;
    children.push(...page.map(({ offset }) => offset));
  }
}

interface IoctlCall {
  fd: number;
  request: number;
  args: Buffer;
}

/** An ioctl that waits for the disk. @throws HostError `what: <errno>` */
export async function callAsync({ fd, request, args }: IoctlCall, what: string): Promise<void> {
  const errno = await new Promise<number>((resolve, reject) => {
    libc().ioctlStruct.async(fd, request, args, (error, result) => {
      if (error !== null && error !== undefined) reject(error);
      else resolve(result === 0 ? 0 : libc().errno());
    });
  });
  if (errno !== 0) throw hostError(what, errno);
}

/** Opens a folder for reading; links are not followed at its end. */
export function openFolder(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    throw fromNode(error, `open ${path}`);
  }
}

/** Does something with the folder that a path is in, and closes it once that has ended. */
function inFolder<T>(path: string, work: (fd: number, name: string) => T): T {
  const fd = openFolder(dirname(path));
  let result: T | undefined;
  try {
    result = work(fd, basename(path));
    return result;
  } finally {
    if (result instanceof Promise) void result.catch(() => {}).finally(() => closeSync(fd));
    else closeSync(fd);
  }
}

function nameArgs(name: string): Buffer {
  const args = Buffer.alloc(ARGS_SIZE);
  args.write(name, NAME_OFFSET);
  return args;
}
