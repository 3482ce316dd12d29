import { chmodSync, closeSync, constants, mkdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, cString, errnoName, fromNode, hostError } from './host-error.ts';
import { kindOf, O_PATH, openAt, openError, RESOLVE, withRoot } from './in-root.ts';
import { libc } from './libc.ts';

/** As many links as path resolution of the kernel's users commonly allows before calling it a loop. */
const MAX_LINKS = 255;

/**
 * The path on the host of `path` inside `root`, every link resolved as if `root` were `/`. A tail that does not exist is
 * kept as it is written. The answer never leaves `root`, but it is a string: where somebody may change the tree meanwhile,
 * open it by `openInRoot` instead.
 */
export function resolveInRoot(root: string, path: string): string {
  return withRoot(root, (dir) => inside(root, quickly(dir, path) ?? walk(dir, root, path)));
}

/**
 * Makes the folders of `path` that are missing, resolved as in `resolveInRoot`, without ever stepping outside of `root`,
 * even while folders are being swapped for links.
 * @param mode of the folders made, whatever the umask
 * @returns the folder's path on the host
 */
export function mkdirInRoot(root: string, path: string, mode: number): string {
  return withRoot(root, (dir) => {
    for (let attempt = 0; attempt < 128; attempt += 1) {
      const relative = quickly(dir, path, constants.O_DIRECTORY) ?? walk(dir, root, path);
      const made = makeFolders(dir, relative, mode);
      if (made === 'done') return inside(root, relative);
      if (made === 'not a folder') throw hostError(`mkdir ${path} in ${root}`, 'ENOTDIR');
    }
    throw hostError(`mkdir ${path} in ${root}`, 'ELOOP');
  });
}

function inside(root: string, relative: string): string {
  return relative === '' ? root : join(root, relative);
}

/** The kernel's own answer in one call, where all of the path exists. */
function quickly(dir: number, path: string, flags = 0): string | undefined {
  const how = { flags: O_PATH | flags, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS };
  const fd = openAt(dir, cString(path === '' ? '.' : path), how);
  if (fd < 0) return undefined;
  try {
    const [real, full] = [readlinkSync(`/proc/self/fd/${dir}`), readlinkSync(`/proc/self/fd/${fd}`)];
    const prefix = real === '/' ? '/' : `${real}/`;
    if (full === real) return '';
    // Moved or removed since: the name the kernel gives is no longer one inside the root.
    return full.startsWith(prefix) && !full.endsWith(' (deleted)') ? full.slice(prefix.length) : undefined;
  } finally {
    closeSync(fd);
  }
}

/** Component by component; what is missing is taken as a folder, as a caller who is about to make it needs. */
function walk(dir: number, root: string, path: string): string {
  const done: string[] = [];
  const todo = path.split('/').reverse();
  let links = 0;
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      done.pop();
      continue;
    }
    const target = linkTarget(dir, [...done, name].join('/'), root);
    if (target === undefined) {
      done.push(name);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw openError(root, path, libc().errnoNames.ELOOP ?? 40);
    if (target.startsWith('/')) done.length = 0;
    todo.push(...target.split('/').reverse());
  }
  return done.join('/');
}

/** Where the link at `relative` points; undefined for what is no link, or missing. No part before the last may be a link. */
function linkTarget(dir: number, relative: string, root: string): string | undefined {
  const how = { flags: O_PATH | constants.O_NOFOLLOW, resolve: RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS };
  const fd = openAt(dir, cString(relative), how);
  if (fd < 0) {
    const code = errnoName(-fd);
    // ELOOP: a folder already passed has just become a link. The answer would be out of date whatever it is.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw openError(root, relative, -fd);
  }
  try {
    if (kindOf(fd) !== 'link') return undefined;
    const out = Buffer.alloc(4096);
    const length = libc().readlinkat(fd, cString(''), out, out.length);
    if (length < 0) throw openError(root, relative, libc().errno());
    return out.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}

/** Steps down by file descriptors, making each missing folder inside the one that is held open. */
function makeFolders(root: number, relative: string, mode: number): 'done' | 'again' | 'not a folder' {
  let parent = root;
  try {
    for (const name of relative.split('/')) {
      if (name === '') continue;
      const next = enterOrMake(parent, name, mode);
      if (typeof next === 'string') return next;
      if (parent !== root) closeSync(parent);
      parent = next;
    }
    return 'done';
  } finally {
    if (parent !== root) closeSync(parent);
  }
}

function enterOrMake(parent: number, name: string, mode: number): number | 'again' | 'not a folder' {
  const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const enter = (): number => openAt(parent, cString(name), { flags, resolve: RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS });
  let fd = enter();
  if (errnoName(-fd) === 'ENOENT') {
    if (!makeFolder(`/proc/self/fd/${parent}/${name}`, mode)) return 'again';
    fd = enter();
    // By the open file: the name may belong to a link by now.
    if (fd >= 0) chmodSync(`/proc/self/fd/${fd}`, mode);
  }
  if (fd >= 0) return fd;
  const code = errnoName(-fd);
  if (code === 'ENOENT' || code === 'ELOOP') return 'again';
  if (code !== 'ENOTDIR') throw hostError(`mkdir ${name}`, -fd);
  return isLink(parent, name) ? 'again' : 'not a folder';
}

function isLink(parent: number, name: string): boolean {
  const how = { flags: O_PATH | constants.O_NOFOLLOW, resolve: RESOLVE.BENEATH };
  const fd = openAt(parent, cString(name), how);
  // Gone already: as with a link, the next try sees what is there then.
  if (fd < 0) return true;
  try {
    return kindOf(fd) === 'link';
  } finally {
    closeSync(fd);
  }
}

function makeFolder(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    // Somebody else was faster, or removed the parent.
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
    throw fromNode(error, `mkdir ${path}`);
  }
}
