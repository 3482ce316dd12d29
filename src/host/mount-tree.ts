import { cString, lastError } from './host-error.ts';
import { libc, SYS } from './libc.ts';

const AT_FDCWD = -100;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0x80000;

/**
 * Copies what is mounted at `source`, and all that is mounted inside, into a tree that is attached nowhere: it is in no
 * mount table, is reached by the file descriptor alone, and is gone when that and all that was opened through it are
 * closed, also by the death of the process (open_tree(2), Linux 5.2).
 * @returns a file descriptor of the tree's top that the caller closes
 */
export function copyMountTree(source: string): number {
  const fd = libc().openTree(
    SYS.openTree,
    AT_FDCWD,
    cString(source),
    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE,
  );
  if (fd < 0) throw lastError(`copy the mounts at ${source}`);
  return fd;
}
