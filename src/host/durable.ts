import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  promises as files,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, cString, fromNode, hostError } from './host-error.ts';
import { libc, SYS } from './libc.ts';

export interface WriteOptions {
  /** Permission bits of the file, whatever the umask; 0600 where not given. */
  mode?: number;
}

const AT_FDCWD = -100;
const TEMPORARY = /^\.tmp-[0-9a-f]{16}$/;

/** A new name for something half-made; `isTemporaryName` knows it, so that start-up can sweep up after a crash. */
export function temporaryName(): string {
  return `.tmp-${randomBytes(8).toString('hex')}`;
}

/** Tells whether a file name was made by `temporaryName`. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Replaces a file so that after a crash either the old or the new content is there, whole: temporary file in the same
 * folder, fsync, rename, fsync of the folder. The temporary file is removed where this fails.
 */
export async function writeDurable(path: string, data: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  const temporary = join(dirname(path), temporaryName());
  const mode = options.mode ?? 0o600;
  try {
    const file = await files.open(temporary, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
    await fsyncDirectory(dirname(path));
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw fromNode(error, `write ${path}`);
  }
}

/** As `writeDurable`, blocking: a record of a few hundred bytes is written faster than a promise gets its turn. */
export function writeDurableSync(path: string, data: string | Uint8Array, options: WriteOptions = {}): void {
  const temporary = join(dirname(path), temporaryName());
  const mode = options.mode ?? 0o600;
  try {
    const fd = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(fd, data);
      fchmodSync(fd, mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    fsyncDirectorySync(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fromNode(error, `write ${path}`);
  }
}

/** Renames and makes it last: fsync of both folders. An existing file, or empty folder, at `to` is replaced. */
export async function renameDurable(from: string, to: string): Promise<void> {
  try {
    await files.rename(from, to);
    await fsyncDirectory(dirname(to));
    if (dirname(from) !== dirname(to)) await fsyncDirectory(dirname(from));
  } catch (error) {
    throw fromNode(error, `rename ${from} to ${basename(to)}`);
  }
}

/** As `renameDurable`, blocking. */
export function renameDurableSync(from: string, to: string): void {
  try {
    renameSync(from, to);
    fsyncDirectorySync(dirname(to));
    if (dirname(from) !== dirname(to)) fsyncDirectorySync(dirname(from));
  } catch (error) {
    throw fromNode(error, `rename ${from} to ${basename(to)}`);
  }
}

/** Puts each of two files or folders where the other is, in one step (renameat2 RENAME_EXCHANGE); not yet durable. */
export function exchange(one: string, other: string): void {
  const EXCHANGE = 2;
  const result = libc().renameat2(SYS.renameat2, AT_FDCWD, cString(one), AT_FDCWD, cString(other), EXCHANGE);
  if (result !== 0) throw hostError(`exchange ${one} and ${other}`, libc().errno());
}

/** As {@link exchange}, and makes it last. */
export async function exchangeDurable(one: string, other: string): Promise<void> {
  exchange(one, other);
  await fsyncDirectory(dirname(one));
  if (dirname(one) !== dirname(other)) await fsyncDirectory(dirname(other));
}

/** Renames only where nothing is at `to` (renameat2 RENAME_NOREPLACE); not yet durable. @returns whether it was free */
export function renameNoReplace(from: string, to: string): boolean {
  const NOREPLACE = 1;
  const result = libc().renameat2(SYS.renameat2, AT_FDCWD, cString(from), AT_FDCWD, cString(to), NOREPLACE);
  if (result === 0) return true;
  const error = hostError(`rename ${from} to ${basename(to)}`, libc().errno());
  if (error.code === 'EEXIST') return false;
  throw error;
}

/** Makes the names in a folder last. A file system that cannot fsync folders is taken as not needing it. */
export async function fsyncDirectory(dir: string): Promise<void> {
  try {
    const file = await files.open(dir, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!cannotSync(error)) throw fromNode(error, `fsync ${dir}`);
  }
}

/** As `fsyncDirectory`, blocking. */
export function fsyncDirectorySync(dir: string): void {
  try {
    const fd = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!cannotSync(error)) throw fromNode(error, `fsync ${dir}`);
  }
}

function cannotSync(error: unknown): boolean {
  return codeOf(error) === 'EINVAL' || codeOf(error) === 'ENOTSUP';
}

/** Writes everything of the file system that `path` is on to the disk (syncfs(2)), off the main thread. */
export async function syncfs(path: string): Promise<void> {
  const file = await files.open(path, constants.O_RDONLY).catch((error: unknown) => {
    throw fromNode(error, `open ${path}`);
  });
  try {
    const errno = await new Promise<number>((resolve, reject) => {
      libc().syncfs.async(file.fd, (error, result) => {
        if (error !== null && error !== undefined) reject(error);
        else resolve(result === 0 ? 0 : libc().errno());
      });
    });
    if (errno !== 0) throw hostError(`syncfs ${path}`, errno);
  } finally {
    await file.close();
  }
}
