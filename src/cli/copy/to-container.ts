import type { Readable } from 'node:stream';
import { invalidArgument, isKind } from '../../errors/index.ts';
import type { PathStat } from '../../wire/index.ts';
import { type App, warn } from '../app.ts';
import { humanSize } from '../format/units.ts';
import { named } from '../object-path.ts';
import { localSource } from './local-path.ts';
import { packLocal } from './pack.ts';
import { isFolder, isLink, isSpecial, linkTarget, statPath } from './path-stat.ts';
import { baseOf, type CopyDestination, copyTarget, renamed } from './target.ts';

/** A copy into a container; `source` undefined for an archive from standard input. */
export interface CopyIn {
  container: string;
  path: string;
  source: string | undefined;
  follow: boolean;
  keepOwners: boolean;
  quiet: boolean;
}

/** Copies into a container. */
export async function copyToContainer(app: App, copy: CopyIn): Promise<void> {
  const destination = await findDestination(app, copy);
  if (copy.source === undefined) {
    if (!destination.isDirectory) {
      throw invalidArgument(`destination "${copy.container}:${copy.path}" must be a directory`);
    }
    return put(app, copy, { folder: destination.path, archive: app.stdin });
  }
  const source = localSource(copy.source, { cwd: app.cwd, follow: copy.follow });
  const target = copyTarget(source, destination);
  const { stream, size } = packLocal(source.realPath, renamed(baseOf(source.path), target));
  await put(app, copy, { folder: target.folder, archive: stream });
  if (!copy.quiet) warn(app, `Successfully copied ${humanSize(size(), 3)} to ${copy.container}:${copy.path}`);
}

/** What is at the destination, a symbolic link there followed. What is missing is to be made. */
async function findDestination(app: App, { container, path }: CopyIn): Promise<CopyDestination> {
  const found = await statIfThere(app, container, path);
  if (found === undefined || !isLink(found)) return destinationOf(path, found);
  const behind = linkTarget(path, found);
  return destinationOf(behind, await statIfThere(app, container, behind));
}

async function statIfThere(app: App, container: string, path: string): Promise<PathStat | undefined> {
  try {
    return await statPath(app.client(), container, path);
  } catch (error) {
    // The container itself may be what is missing: the copy then fails with the engine's own words.
    if (isKind(error, 'not-found') || isKind(error, 'invalid-argument')) return undefined;
    throw error;
  }
}

function destinationOf(path: string, stat: PathStat | undefined): CopyDestination {
  if (stat !== undefined && isSpecial(stat)) {
    throw invalidArgument(`destination "${path}" must be a directory or a regular file`);
  }
  return { path, exists: stat !== undefined, isDirectory: stat !== undefined && isFolder(stat) };
}

async function put(app: App, copy: CopyIn, { folder, archive }: { folder: string; archive: Readable }): Promise<void> {
  await app.client().send({
    method: 'PUT',
    path: `${named('container', copy.container)}/archive`,
    query: { path: folder, noOverwriteDirNonDir: 'true', copyUIDGID: copy.keepOwners ? 'true' : undefined },
    headers: { 'Content-Type': 'application/x-tar' },
    body: archive,
  });
}
