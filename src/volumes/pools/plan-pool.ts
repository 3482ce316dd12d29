import { realpathSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { invalidArgument, notImplemented } from '../../errors/index.ts';
import { statfs } from '../../host/index.ts';
import type { NewPool } from '../../wire/index.ts';
import { isFolderName } from '../name.ts';
import { formatCreatedAt } from '../record.ts';
import { chooseDriver } from './choose-driver.ts';
import type { PoolRecord } from './pool-record.ts';

const inFile = { btrfs: 'btrfs', xfs: 'xfs', reflink: 'xfs', dir: 'ext4' } as const;

/**
 * Turns what a user asked for into the record of a pool, and checks that it can be one.
 * @throws invalid-argument that says what to ask for instead; not-implemented for ZFS.
 */
export function planPool(request: NewPool, dataRoot: string): PoolRecord {
  const { name, driver, size, path } = request;
  if (!isFolderName(name)) {
    throw invalidArgument(`invalid pool name ${JSON.stringify(name)}: only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed`);
  }
  if (driver === 'zfs') {
    throw notImplemented(
      'there is no driver for ZFS yet: make a data set, and a pool of it with "--driver dir --path" and its mountpoint; copies take their time there, limits work',
    );
  }
  if ((size === undefined) === (path === undefined)) {
    throw invalidArgument('a pool is either in a file, of a --size, or in a folder, at a --path: give one of them');
  }
  const createdAt = formatCreatedAt(Date.now());
  if (size !== undefined) {
    refuseTooLarge(size, dataRoot);
    return { name, kind: inFile[driver ?? 'btrfs'], size, path: null, createdAt };
  }
  const folder = checkedFolder(path ?? '', dataRoot);
  checkDriver(folder, driver);
  return { name, kind: 'folder', size: null, path: folder, createdAt };
}

/** A file system that finds no room in its file has lost what it believes to have written. */
function refuseTooLarge(size: number, dataRoot: string): void {
  const { availableBytes, type } = statfs(dataRoot);
  if (size > availableBytes) {
    throw invalidArgument(
      `there are ${availableBytes} bytes free on the ${type} of ${dataRoot}, fewer than the pool's ${size}`,
    );
  }
}

function checkedFolder(path: string, dataRoot: string): string {
  if (!isAbsolute(path)) throw invalidArgument(`the path of a pool must be absolute: ${JSON.stringify(path)}`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw invalidArgument(`${path} is not a folder on the host of the daemon: make it first`);
  }
  const real = realpathSync(path);
  const root = realpathSync(dataRoot);
  if (contains(real, root) || contains(root, real)) {
    throw invalidArgument(`${path} and the data root ${dataRoot} lie in each other`);
  }
  return real;
}

const contains = (folder: string, path: string): boolean => folder === '/' || `${path}/`.startsWith(`${folder}/`);

/** Asking for more than the file system can do is refused; for less, it is given what it can. */
function checkDriver(folder: string, wanted: NewPool['driver']): void {
  if (wanted === undefined || wanted === 'dir') return;
  const { kind } = chooseDriver(folder);
  const fits = kind === wanted || (wanted === 'xfs' && kind === 'reflink');
  if (!fits) {
    const { type } = statfs(folder);
    throw invalidArgument(`${folder} is on ${type}, which cannot be a pool of ${wanted}; --size makes one in a file`);
  }
}
