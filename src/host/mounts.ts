import { cString, errnoName, type HostError, hostError } from './host-error.ts';
import { libc } from './libc.ts';
import { MS, PER_MOUNT_FLAGS, PROPAGATION, PROPAGATION_FLAGS, type Propagation } from './mount-options.ts';
import { Turns } from './turns.ts';

/** One mount to make, in the terms of mount(2). */
export interface MountCall {
  source: string;
  target: string;
  type: string;
  flags: number;
  data: string;
  /** A folder that relative paths inside `data` (overlay's lowerdir) start from; only for `mount`. */
  cwd?: string;
}

// A hung call keeps a thread of libuv's pool (four by default), which all file access shares: no more than two at once.
const slowCalls = new Turns(2);

/**
 * Mounts, as mount(8) would: propagation flags are applied by a second call, and a bind's own flags (read-only, noexec…)
 * by a remount. A failure in between takes the mount away again.
 * @throws a HostError worded like Docker's: `mount SOURCE:TARGET, flags: 0x…, data: …: <errno>`, passwords masked.
 */
export function mount(call: MountCall): void {
  const before = call.cwd === undefined ? undefined : process.cwd();
  // The page of data that mount(2) takes is 4 KiB: overlay lists of many layers fit only as relative paths.
  if (call.cwd !== undefined) process.chdir(call.cwd);
  try {
    mountSteps(call).forEach((step, index) => {
      if (libc().mount(...step) !== 0) throw failed(call, libc().errno(), index > 0);
    });
  } finally {
    if (before !== undefined) process.chdir(before);
  }
}

type Step = [source: Buffer, target: Buffer, type: Buffer, flags: number, data: Buffer];

/** The calls of mount(2) that a mount takes, in order. */
export function mountSteps(call: MountCall): Step[] {
  const target = cString(call.target);
  const none = cString('');
  const flags = call.flags & ~PROPAGATION_FLAGS;
  const propagation = call.flags & PROPAGATION_FLAGS;
  const list: Step[] = [];
  // A change of propagation alone has no file system to mount first.
  const onlyPropagation = propagation !== 0 && (flags & ~MS.REC) === 0 && call.type === '' && call.data === '';
  if (!onlyPropagation) list.push([cString(call.source), target, cString(call.type), flags, cString(call.data)]);
  if (propagation !== 0) list.push([none, target, none, propagation | (flags & MS.REC), none]);
  if ((flags & MS.BIND) !== 0 && (flags & MS.REMOUNT) === 0 && (flags & PER_MOUNT_FLAGS) !== 0) {
    list.push([none, target, none, (flags & ~MS.REC) | MS.REMOUNT, none]);
  }
  return list;
}

/** The error of a mount; with `mounted` an earlier step is taken back. */
export function failed(call: MountCall, errno: number, mounted: boolean): HostError {
  if (mounted && (call.flags & MS.REMOUNT) === 0) libc().umount2(cString(call.target), MNT_DETACH | UMOUNT_NOFOLLOW);
  return hostError(maskedCall(call), errno);
}

/** A mount in the words of Docker's errors, passwords masked. */
export function maskedCall(call: MountCall): string {
  const what = call.source === '' ? call.target : `${call.source}:${call.target}`;
  const flags = call.flags === 0 ? '' : `, flags: 0x${call.flags.toString(16)}`;
  const data = call.data === '' ? '' : `, data: ${maskSecrets(call.data)}`;
  return `mount ${what}${flags}${data}`;
}

/** Mount data with the value of every password replaced by stars (cifs: pass, password, password2). */
export function maskSecrets(data: string): string {
  return data.replace(/(^|,)(pass|password2?|pw|pwd)=[^,]*/g, '$1$2=********');
}

const MNT_FORCE = 1;
const MNT_DETACH = 2;
const UMOUNT_NOFOLLOW = 8;

export interface UnmountOptions {
  /** Take it out of the tree now and let go of it when its last user has gone (MNT_DETACH). */
  detach?: boolean;
  /** Give up on a network server that does not answer (MNT_FORCE). */
  force?: boolean;
}

/** Unmounts the newest mount on `target`; a target that is missing or no mountpoint is success. A last link is not followed. */
export function unmount(target: string, options: UnmountOptions = {}): void {
  const result = libc().umount2(cString(target), unmountFlags(options));
  if (result !== 0) checkUnmount(target, libc().errno());
}

/** As `unmount`, off the main thread: for network file systems. */
export async function unmountAsync(target: string, options: UnmountOptions = {}): Promise<void> {
  const path = cString(target);
  const errno = await slowCalls.take(() =>
    callAsync((done) => libc().umount2.async(path, unmountFlags(options), done)),
  );
  if (errno !== 0) checkUnmount(target, errno);
}

/**
 * As `unmount` with `detach`, off the main thread: for file systems that write all they hold to the disk when they go.
 * How long that takes is up to the disk and not to a server, so it takes no turn of the calls that may hang.
 */
export async function detachMount(target: string): Promise<void> {
  const path = cString(target);
  const errno = await callAsync((done) => libc().umount2.async(path, unmountFlags({ detach: true }), done));
  if (errno !== 0) checkUnmount(target, errno);
}

function unmountFlags(options: UnmountOptions): number {
  return UMOUNT_NOFOLLOW | (options.detach === true ? MNT_DETACH : 0) | (options.force === true ? MNT_FORCE : 0);
}

function checkUnmount(target: string, errno: number): void {
  const code = errnoName(errno);
  if (code !== 'EINVAL' && code !== 'ENOENT') throw hostError(`unmount ${target}`, errno);
}

/** Changes how the mount on `target` propagates. */
export function setPropagation(target: string, propagation: Propagation): void {
  mount({ source: '', target, type: '', flags: PROPAGATION[propagation], data: '' });
}

function callAsync(start: (done: (error: unknown, result: number) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error !== null && error !== undefined) reject(error);
      else resolve(result === 0 ? 0 : libc().errno());
    });
  });
}
