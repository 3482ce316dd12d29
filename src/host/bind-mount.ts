import { closeSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { cString, errnoName, hostError } from './host-error.ts';
import { libc, SYS } from './libc.ts';
import { MS, PROPAGATION, type Propagation } from './mount-options.ts';
import { mountpointsBeneath, mountTable } from './mount-table.ts';
import { mount, setPropagation, unmount } from './mounts.ts';

export interface BindOptions {
  /** Takes along what is mounted inside the source. */
  recursive?: boolean;
  /** Makes the new mount read-only; what is mounted inside it stays as it is. */
  readOnly?: boolean;
  /** Makes everything inside read-only too (mount_setattr(2) with AT_RECURSIVE). */
  recursiveReadOnly?: boolean;
  propagation?: Propagation;
}

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0x80000;
// Links at the end of either path are followed, so that /proc/self/fd/N names an open file.
const MOVE_MOUNT_FLAGS = 0x4 /* source is the file descriptor itself */ | 0x10; /* follow links of the target */
const ATTR_RDONLY = 1;

/**
 * Makes `source` visible at `target`. The copy gets its attributes before it is attached, so that it is never writable
 * for a moment. Both may be `/proc/self/fd/N`.
 * @throws HostError worded like Docker's: `mount SOURCE:TARGET, flags: 0x1000: no such file or directory`
 */
export function bindMount(source: string, target: string, options: BindOptions = {}): void {
  const errno = bindWhole(source, target, options);
  if (errno === 0) return;
  if (errnoName(errno) === 'ENOSYS') bindByRemount(source, target, options);
  else throw bindError(source, target, { recursive: options.recursive, errno });
}

let recursiveReadOnly: boolean | undefined;

/** Whether this kernel can make a mount and all in it read-only at once: mount_setattr(2), Linux 5.12. */
export function hasRecursiveReadOnly(): boolean {
  if (recursiveReadOnly === undefined) {
    const noFile = -1;
    setAttributes(noFile, { set: ATTR_RDONLY, recursive: true });
    recursiveReadOnly = errnoName(libc().errno()) !== 'ENOSYS';
  }
  return recursiveReadOnly;
}

/** @returns 0 or an errno; ENOSYS where this kernel (before 5.12) lacks one of the calls */
function bindWhole(source: string, target: string, options: BindOptions): number {
  const flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (options.recursive === true ? AT_RECURSIVE : 0);
  const tree = libc().openTree(SYS.openTree, AT_FDCWD, cString(source), flags);
  if (tree < 0) return libc().errno();
  try {
    const readOnly = options.readOnly === true || options.recursiveReadOnly === true;
    const set = readOnly ? ATTR_RDONLY : 0;
    // Asked even with nothing to set, so that an old kernel shows before anything is mounted.
    const tried = readOnly || options.propagation !== undefined;
    if (tried && setAttributes(tree, { set, recursive: options.recursiveReadOnly }) !== 0) return libc().errno();
    const moved = libc().moveMount(SYS.moveMount, tree, cString(''), AT_FDCWD, cString(target), MOVE_MOUNT_FLAGS);
    if (moved === 0) return propagate(tree, target, options.propagation);
    const errno = libc().errno();
    return errnoName(errno) === 'EINVAL' && !isSameKind(source, target) ? constants.errno.ENOTDIR : errno;
  } finally {
    closeSync(tree);
  }
}

/** A file onto a folder, or the other way round: mount(2) calls that ENOTDIR, and so do Docker's messages. */
function isSameKind(source: string, target: string): boolean {
  return statSync(source).isDirectory() === statSync(target).isDirectory();
}

function bindError(source: string, target: string, failure: { recursive?: boolean | undefined; errno: number }): Error {
  const flags = MS.BIND | (failure.recursive === true ? MS.REC : 0);
  return hostError(`mount ${source}:${target}, flags: 0x${flags.toString(16)}`, failure.errno);
}

/** Only after attaching: a mount attached inside a shared one becomes shared, whatever it was before. */
function propagate(tree: number, target: string, propagation: Propagation | undefined): number {
  if (propagation === undefined) return 0;
  const flags = PROPAGATION[propagation];
  const change = { propagation: flags & ~MS.REC, recursive: (flags & MS.REC) !== 0 };
  if (setAttributes(tree, change) === 0) return 0;
  const errno = libc().errno();
  unmount(target, { detach: true });
  return errno;
}

interface AttributeChange {
  set?: number;
  propagation?: number;
  recursive?: boolean | undefined;
}

function setAttributes(tree: number, change: AttributeChange): number {
  const attributes = Buffer.alloc(32);
  attributes.writeUInt32LE(change.set ?? 0, 0);
  attributes.writeUInt32LE(change.propagation ?? 0, 16);
  const flags = AT_EMPTY_PATH | (change.recursive === true ? AT_RECURSIVE : 0);
  return libc().mountSetattr(SYS.mountSetattr, tree, cString(''), flags, attributes, attributes.length);
}

/** The way of kernels before 5.12 (mount_setattr): bind, then remount each mount read-only. */
export function bindByRemount(source: string, target: string, options: BindOptions): void {
  const rec = options.recursive === true ? MS.REC : 0;
  mount({ source, target, type: '', flags: MS.BIND | rec, data: '' });
  try {
    const all = options.recursiveReadOnly === true ? [...mountpointsBeneath(target), target] : [target];
    if (options.readOnly === true || options.recursiveReadOnly === true) {
      for (const mountpoint of all) remountReadOnly(mountpoint);
    }
    if (options.propagation !== undefined) setPropagation(target, options.propagation);
  } catch (error) {
    unmount(target, { detach: true });
    throw error;
  }
}

/** A remount sets all of a mount's flags at once: those it has are given again, or they would be lost. */
function remountReadOnly(target: string): void {
  const options = mountTable().findLast((entry) => entry.mountpoint === target)?.options ?? [];
  const kept = {
    nosuid: MS.NOSUID,
    nodev: MS.NODEV,
    noexec: MS.NOEXEC,
    noatime: MS.NOATIME,
    nodiratime: MS.NODIRATIME,
  };
  let flags = MS.BIND | MS.REMOUNT | MS.RDONLY;
  for (const [word, flag] of Object.entries(kept)) if (options.includes(word)) flags |= flag;
  mount({ source: '', target, type: '', flags, data: '' });
}
