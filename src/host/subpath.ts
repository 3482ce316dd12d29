import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { invalidArgument, notFound } from '../errors/index.ts';
import { codeOf, cString, errnoName, hostError } from './host-error.ts';
import { O_PATH, openAt, RESOLVE, withRoot } from './in-root.ts';

/**
 * Opens a part of a folder, path-only, for it to be mounted (volume semantics 11). Links are followed as the host has
 * them, and must end inside. What they led to is then opened once more beneath the folder, with no link on the way: one
 * that is swapped in between leads nowhere.
 * @param base the folder; links on the way to it are the caller's and are followed
 * @param subpath relative
 * @returns a file descriptor that the caller closes
 * @throws not-found `cannot access path …` where there is nothing; invalid-argument `path concatenation escapes the base
 *   directory, …` where it lies outside
 */
export function openSubpath(base: string, subpath: string): number {
  const root = resolved(base);
  const whole = join(root, subpath);
  const real = resolved(whole);
  const prefix = root === '/' ? root : `${root}/`;
  const escapes = () =>
    invalidArgument(`path concatenation escapes the base directory, base: ${root}, subpath: ${subpath}`);
  if (real !== root && !real.startsWith(prefix)) throw escapes();
  return withRoot(root, (dir) => {
    const resolve = RESOLVE.BENEATH | RESOLVE.NO_SYMLINKS | RESOLVE.NO_MAGICLINKS;
    const fd = openAt(dir, cString(real.slice(prefix.length) || '.'), { flags: O_PATH, resolve });
    if (fd >= 0) return fd;
    const code = errnoName(-fd);
    // A link, where there was none a moment ago.
    if (code === 'ELOOP' || code === 'EXDEV') throw escapes();
    throw unreachable(whole, code);
  });
}

function resolved(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    throw codeOf(error) === undefined ? error : unreachable(path, codeOf(error) ?? '', error);
  }
}

const absent = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

function unreachable(path: string, code: string, cause?: unknown): unknown {
  const failed = hostError(`lstat ${path}`, code, cause);
  return absent.has(code) ? notFound(`cannot access path ${path}: ${failed.message}`, cause) : failed;
}
