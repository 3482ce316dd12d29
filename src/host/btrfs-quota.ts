import { closeSync } from 'node:fs';
import { callAsync, EVERYTHING, openFolder, searchTree, treeId } from './btrfs.ts';

/* Quota groups of btrfs, one a subvolume (linux/btrfs.h, linux/btrfs_tree.h). */

const QUOTA_CTL = 0xc0109428;
const QUOTA_ENABLE = 1n;
const QUOTA_RESCAN_WAIT = 0x942e;
const QGROUP_LIMIT = 0x8030942b;
const LIMIT_MAX_RFER = 1n;
/** What a limit is set to in order to take it away. */
const NO_LIMIT = EVERYTHING;

const QUOTA_TREE = 8n;
const QGROUP_INFO = 242;
const QGROUP_LIMIT_ITEM = 244;

/** What a subvolume refers to, shared or not, and the most it may; in bytes, 0 for no limit. */
export interface SubvolumeUsage {
  used: number;
  limit: number;
}

/** Starts the counting of what each subvolume refers to, and waits until what is there already is counted. */
export async function enableQuota(path: string): Promise<void> {
  const fd = openFolder(path);
  try {
    const args = Buffer.alloc(16);
    args.writeBigUInt64LE(QUOTA_ENABLE, 0);
    await callAsync({ fd, request: QUOTA_CTL, args }, `enable quotas on ${path}`);
    await callAsync({ fd, request: QUOTA_RESCAN_WAIT, args: Buffer.alloc(8) }, `count what is on ${path}`);
  } finally {
    closeSync(fd);
  }
}

/** Limits what a subvolume may refer to, in bytes; 0 takes the limit away. @throws HostError, ENOTCONN where quotas are off */
export async function limitSubvolume(path: string, bytes: number): Promise<void> {
  const fd = openFolder(path);
  try {
    const args = Buffer.alloc(48);
    args.writeBigUInt64LE(treeId(fd, path), 0);
    args.writeBigUInt64LE(LIMIT_MAX_RFER, 8);
    args.writeBigUInt64LE(bytes === 0 ? NO_LIMIT : BigInt(bytes), 16);
    await callAsync({ fd, request: QGROUP_LIMIT, args }, `limit ${path}`);
  } finally {
    closeSync(fd);
  }
}

/** What the file system has counted, as of its last commit; undefined where quotas are off. */
export function subvolumeUsage(path: string): SubvolumeUsage | undefined {
  const fd = openFolder(path);
  try {
    const id = treeId(fd, path);
    const info = quotaItem(fd, id, QGROUP_INFO);
    if (info === undefined) return undefined;
    const limit = quotaItem(fd, id, QGROUP_LIMIT_ITEM);
    const isLimited = limit !== undefined && (limit.readBigUInt64LE(0) & LIMIT_MAX_RFER) !== 0n;
    return { used: Number(info.readBigUInt64LE(8)), limit: isLimited ? limitOf(limit.readBigUInt64LE(8)) : 0 };
  } finally {
    closeSync(fd);
  }
}

const limitOf = (bytes: bigint): number => (bytes === NO_LIMIT ? 0 : Number(bytes));

/** The item of one kind about a subvolume in the tree of quotas. */
const quotaItem = (fd: number, id: bigint, type: number): Buffer | undefined =>
  searchTree(fd, { tree: QUOTA_TREE, object: 0n, type, offsets: [id, id] })[0]?.data;
