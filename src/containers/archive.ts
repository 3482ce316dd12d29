import type { Readable } from 'node:stream';
import type { PathStat } from '../wire/index.ts';
import { openView } from './archive/container-view.ts';
import { extractInto } from './archive/extract.ts';
import { containerPath } from './archive/paths.ts';
import { packPath } from './archive/read.ts';
import { notFoundIn, statPath } from './archive/stat.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';

/** A path in a container, and the container as the client named it. */
export interface ArchivePlace {
  ref: string;
  path: string;
}

/** An archive that is to be unpacked inside a container. */
export interface PutOptions {
  /** A tar archive, plain or compressed. */
  stream: Readable;
  /** Refuses to put a file in the place of a folder and the other way round. */
  noOverwriteDirNonDir: boolean;
  /** Gives what is unpacked to the container's user, where it has one, instead of to the owners in the archive. */
  copyUIDGID: boolean;
}

/** Tells about a path in a container. @throws not-found `Could not find the file …` */
export async function archiveStat(engine: Engine, container: Container, place: ArchivePlace): Promise<PathStat> {
  const view = await openView(engine, container);
  try {
    return statPath(view, containerPath(place.path));
  } catch (error) {
    return notFoundIn(place.ref, place.path)(error);
  } finally {
    await view.close();
  }
}

/**
 * Packs a path in a container as a tar archive. The container's volumes stay mounted, and one that does not run cannot
 * start, until the archive was read to its end or destroyed. @throws not-found `Could not find the file …`
 */
export async function archiveGet(
  engine: Engine,
  container: Container,
  { ref, path }: ArchivePlace,
): Promise<{ stat: PathStat; tar: Readable }> {
  const view = await openView(engine, container);
  try {
    const stat = statPath(view, containerPath(path));
    const tar = packPath(view, containerPath(path)).once('close', () => view.close());
    emitContainer(engine, container, { action: 'archive-path' });
    return { stat, tar };
  } catch (error) {
    await view.close();
    return notFoundIn(ref, path)(error);
  }
}

/**
 * Unpacks an archive into a folder of a container.
 * @throws not-found where the path is not there; invalid-argument where it is no folder, lies on what is read-only, or
 * the archive is damaged.
 */
export async function archivePut(engine: Engine, container: Container, put: PutOptions & ArchivePlace): Promise<void> {
  const view = await openView(engine, container);
  try {
    await extractInto(view, container, { ...put, path: containerPath(put.path) });
  } catch (error) {
    notFoundIn(put.ref, put.path)(error);
  } finally {
    // What is left of a refused body is let through: a client that still sends would not read the answer.
    put.stream.resume();
    await view.close();
  }
  emitContainer(engine, container, { action: 'extract-to-dir' });
}
