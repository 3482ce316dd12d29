import { statfsSync } from 'node:fs';
import { fromNode } from './host-error.ts';

export interface FileSystemFacts {
  /** `ext4`, `xfs`, `btrfs`, `overlay`, `tmpfs`…; `0x…` for one we have no name for. */
  type: string;
  totalBytes: number;
  /** What an ordinary user may still write. */
  availableBytes: number;
  /** What root may still write. */
  freeBytes: number;
  files: number;
  freeFiles: number;
}

// Magic numbers of statfs(2). ext2 and ext3 share ext4's.
const TYPES: Record<number, string> = {
  61267: 'ext4',
  1481003842: 'xfs',
  2435016766: 'btrfs',
  801189825: 'zfs',
  2035054128: 'overlay',
  16914836: 'tmpfs',
  2240043254: 'ramfs',
  26985: 'nfs',
  4283649346: 'cifs',
  4266872130: 'smb2',
  1702057286: 'fuse',
  4076150800: 'f2fs',
  3393526350: 'bcachefs',
  19780: 'vfat',
  40864: 'proc',
  1650812274: 'sysfs',
  2613483: 'cgroup',
  1667723888: 'cgroup2',
};

/** The file system that holds `path`. @throws HostError where the path is missing */
export function statfs(path: string): FileSystemFacts {
  try {
    const facts = statfsSync(path);
    const magic = facts.type >>> 0;
    return {
      type: TYPES[magic] ?? `0x${magic.toString(16)}`,
      totalBytes: facts.blocks * facts.bsize,
      availableBytes: facts.bavail * facts.bsize,
      freeBytes: facts.bfree * facts.bsize,
      files: facts.files,
      freeFiles: facts.ffree,
    };
  } catch (error) {
    throw fromNode(error, `statfs ${path}`);
  }
}
