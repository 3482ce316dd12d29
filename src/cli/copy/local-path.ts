import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileError } from '../user-file.ts';
import { type CopyDestination, type CopySource, endsAsFolder } from './target.ts';

/** A source here: where its content is read, and what it is called. */
export interface LocalSource extends CopySource {
  /** The path to read, with links resolved as asked. */
  realPath: string;
}

/**
 * Finds what is to be copied. A symbolic link is copied as a link, unless it is to be followed or is spoken of as a
 * folder (`link/`). @throws invalid-argument where there is nothing.
 */
export function localSource(path: string, { cwd, follow }: { cwd: string; follow: boolean }): LocalSource {
  const absolute = absolutePath(path, cwd);
  try {
    const follows = follow || endsAsFolder(absolute);
    const plain = resolve(absolute);
    const realPath = follows ? realpathSync(plain) : join(realpathSync(dirname(plain)), basename(plain));
    const isDirectory = lstatSync(realPath).isDirectory();
    if (endsAsFolder(absolute) && !isDirectory) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    return { path: absolute, realPath, isDirectory };
  } catch (error) {
    throw fileError('lstat', absolute, error);
  }
}

/** What is at the destination now, symbolic links followed. */
export function localDestination(path: string, cwd: string): CopyDestination {
  const absolute = absolutePath(path, cwd);
  const stats = statSync(absolute.replace(/\/\.?$/, '') || '/', { throwIfNoEntry: false });
  return { path: absolute, exists: stats !== undefined, isDirectory: stats?.isDirectory() ?? false };
}

/** Absolute, keeping the `/` or `/.` at the end that says what is meant. */
function absolutePath(path: string, cwd: string): string {
  const ending = /\/\.?$/.exec(path)?.[0] ?? (path === '.' ? '/.' : '');
  const absolute = resolve(cwd, path);
  return absolute === '/' ? `/${ending.replace('/', '')}` : absolute + ending;
}
