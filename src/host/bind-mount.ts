import { closeSync } from 'node:fs';
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
  const flags = MS.BIND | (options.recursive === true ? MS.REC : 0);
  const fail = (errno: number): never => {
    throw hostError(`mount ${source}:${target}, flags: 0x${flags.toString(16)}`, errno);
  };
  const openFlags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (options.recursive === true ? AT_RECURSIVE : 0);
  const tree = libc().openTree(SYS.openTree, AT_FDCWD, cString(source), openFlags);
  if (tree < 0) return lacksNewCalls() ? bindByRemount(source, target, options) : fail(libc().errno());
  try {
    const readOnly = options.readOnly === true || options.recursiveReadOnly === true;
    if (readOnly && setAttributes(tree, { set: ATTR_RDONLY, recursive: options.recursiveReadOnly }) !== 0) {
      return lacksNewCalls() ? bindByRemount(source, target, options) : fail(libc().errno());
    }
    const moved = libc().moveMount(SYS.moveMount, tree, cString(''), AT_FDCWD, cString(target), MOVE_MOUNT_FLAGS);
    if (moved !== 0) fail(libc().errno());
    propagate(tree, target, options);
  } finally {
    closeSync(tree);
  }
}

/** Only after attaching: a mount attached inside a shared one becomes shared, whatever it was before. */
function propagate(tree: number, target: string, options: BindOptions): void {
  if (options.propagation === undefined) return;
  const flags = PROPAGATION[options.propagation];
  const change = { propagation: flags & ~MS.REC, recursive: (flags & MS.REC) !== 0 };
  if (setAttributes(tree, change) === 0) return;
  if (lacksNewCalls()) {
    setPropagation(target, options.propagation);
    return;
  }
  const errno = libc().errno();
  unmount(target, { detach: true });
  throw hostError(`mount ${target}, flags: 0x${flags.toString(16)}`, errno);
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

function lacksNewCalls(): boolean {
  return errnoName(libc().errno()) === 'ENOSYS';
}

/** The way of kernels before 5.12 (mount_setattr): bind, then remount each mount read-only. */
export function bindByRemount(source: string, target: string, options: BindOptions): void {
  const rec = options.recursive === true ? MS.REC : 0;
  mount({ source, target, type: '', flags: MS.BIND | rec, data: '' });
  try {
    const all = options.recursiveReadOnly === true ? [...mountpointsBeneath(target), target] : [target];
    if (options.readOnly === true || options.recursiveReadOnly === true) all.forEach(remountReadOnly);
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
