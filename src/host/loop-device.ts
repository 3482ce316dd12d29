import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { fromNode, lastError } from './host-error.ts';
import { libc } from './libc.ts';
import { makeNode } from './nodes.ts';

const LOOP_CTL_GET_FREE = 0x4c82;
const LOOP_CONFIGURE = 0x4c0a;
const LOOP_SET_CAPACITY = 0x4c07;
const LO_FLAGS_AUTOCLEAR = 4;
const LO_FLAGS_DIRECT_IO = 16;
/** struct loop_config: the file, the size of a block, struct loop_info64 and room for more. */
const CONFIG_SIZE = 304;
const FLAGS_OFFSET = 8 + 52;
const LOOP_MAJOR = 7;
/** Somebody else may take the device that was free a moment ago. */
const TRIES = 16;

export interface LoopDevice {
  /** Such as `/dev/loop3`. */
  path: string;
  /** Lets go of the device: it stays while a file system on it is mounted, and goes with that, also where we are killed. */
  release(): void;
}

/**
 * The loop device of a file, with the file as a block device: one that there is already (of a mount that outlived a daemon),
 * since two devices of one file would be two views of one file system, which destroys it; else a new one. Reads and writes go
 * past the page cache where the file system below can do that, so that data is not cached twice.
 */
export function openLoop(file: string): LoopDevice {
  const known = loopsOf(file)[0];
  const fd = known === undefined ? configure(file) : { path: known, fd: open(known) };
  return { path: fd.path, release: () => closeSync(fd.fd) };
}

/** The loop devices that a file is under now. */
export function loopsOf(file: string): string[] {
  const real = realpathSync(file);
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop') && backingFile(name) === real)
    .map((name) => `/dev/${name}`);
}

/** Has a device learn that its file has another size now. */
export function updateLoopSize(device: string): void {
  const fd = open(device);
  try {
    if (libc().ioctl(fd, LOOP_SET_CAPACITY, 0) !== 0) throw lastError(`resize ${device}`);
  } finally {
    closeSync(fd);
  }
}

function backingFile(name: string): string | undefined {
  try {
    return readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8').trimEnd();
  } catch {
    // Not in use, or given back meanwhile.
    return undefined;
  }
}

function configure(file: string): { path: string; fd: number } {
  const backing = open(file);
  try {
    const config = Buffer.alloc(CONFIG_SIZE);
    config.writeUInt32LE(backing, 0);
    config.writeUInt32LE(LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO, FLAGS_OFFSET);
    for (let attempt = 1; ; attempt += 1) {
      const path = freeDevice();
      const fd = open(path);
      if (libc().ioctlStruct(fd, LOOP_CONFIGURE, config) === 0) return { path, fd };
      const error = lastError(`set up ${path} on ${file}`);
      closeSync(fd);
      if (error.code !== 'EBUSY' || attempt === TRIES) throw error;
    }
  } finally {
    closeSync(backing);
  }
}

function freeDevice(): string {
  const control = open('/dev/loop-control');
  try {
    const number = libc().ioctl(control, LOOP_CTL_GET_FREE, 0);
    if (number < 0) throw lastError('find a free loop device');
    const path = `/dev/loop${number}`;
    // Where /dev is not kept by the kernel (in a container), nobody else makes the node.
    if (!existsSync(path)) makeNode(path, constants.S_IFBLK | 0o600, LOOP_MAJOR, number);
    return path;
  } finally {
    closeSync(control);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r+');
  } catch (error) {
    throw fromNode(error, `open ${path}`);
  }
}
