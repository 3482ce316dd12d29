import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sharesData, statfs, temporaryName } from '../../host/index.ts';
import { BtrfsDriver } from './btrfs/index.ts';
import { DirectoryDriver } from './directory/index.ts';
import type { PoolDriver } from './pool-driver.ts';

/** File systems that share data among files where they were made to; ext4 and its like never do. */
const mayShare = ['xfs', 'bcachefs'];

/** The driver for a folder: the one that makes the most of the file system there. */
export function chooseDriver(root: string): PoolDriver {
  const { type } = statfs(root);
  if (type === 'btrfs') return new BtrfsDriver();
  return new DirectoryDriver(mayShare.includes(type) && canShare(root) ? 'reflink' : 'dir');
}

/** Tried with a file, since XFS may have been made without. */
function canShare(root: string): boolean {
  const [from, to] = [join(root, temporaryName()), join(root, temporaryName())];
  try {
    const source = openSync(from, 'wx+');
    const target = openSync(to, 'wx+');
    try {
      writeSync(source, Buffer.alloc(4096, 1));
      return sharesData(source, target);
    } finally {
      closeSync(source);
      closeSync(target);
    }
  } finally {
    for (const path of [from, to]) rmSync(path, { force: true });
  }
}
