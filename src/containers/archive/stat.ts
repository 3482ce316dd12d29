import { type BigIntStats, closeSync, constants, fstatSync, readlinkSync } from 'node:fs';
import { HoldfastError, notFound } from '../../errors/index.ts';
import { codeOf, hostError, O_PATH, openInRoot, resolveInRoot } from '../../host/index.ts';
import { formatTime, goFileMode, type PathStat } from '../../wire/index.ts';
import type { ContainerView } from './container-view.ts';
import { lastPart } from './paths.ts';

/** Runs `work` on an open file and closes it after. */
export function withFd<T>(fd: number, work: (fd: number) => T): T {
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

/** Opens a path of a view. @throws HostError worded as the container would see it. */
export function openPath(view: Pick<ContainerView, 'root'>, path: string, flags: number): number {
  try {
    return openInRoot(view.root, path, flags);
  } catch (error) {
    throw hostError(`lstat ${path}`, codeOf(error) ?? 'EIO', error);
  }
}

/** Tells about a path of a view. A link at its end is told about itself, with where it leads. */
export function statPath(view: ContainerView, path: string): PathStat {
  return withFd(openPath(view, path, O_PATH | constants.O_NOFOLLOW), (fd) => {
    const stat = fstatSync(fd, { bigint: true });
    return pathStat(path, stat, stat.isSymbolicLink() ? targetOf(view, path) : '');
  });
}

function pathStat(path: string, stat: BigIntStats, linkTarget: string): PathStat {
  return {
    name: lastPart(path),
    size: Number(stat.size),
    mode: goFileMode(Number(stat.mode)),
    mtime: formatTime(stat.mtimeNs),
    linkTarget,
  };
}

/** Where a link leads to in the end, as a path in the container; as far as that can be told where it is broken. */
function targetOf(view: ContainerView, path: string): string {
  try {
    return withFd(openInRoot(view.root, path), pathOf);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error;
    return resolveInRoot(view.root, path).slice(view.root.length) || '/';
  }
}

/** The path of an open file in its view, whose tree begins at its root. */
export const pathOf = (fd: number): string => readlinkSync(`/proc/self/fd/${fd}`);

/** What Docker says where a path is not there, with the container as the client named it; other errors pass. */
export function notFoundIn(ref: string, path: string): (error: unknown) => never {
  return (error) => {
    if (codeOf(error) === 'ENOENT' && error instanceof HoldfastError) {
      throw notFound(`Could not find the file ${path} in container ${ref}`, error);
    }
    throw error;
  };
}
