import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, systemError } from '../../errors/index.ts';
import { codeOf, fromNode, makeFolders } from '../../host/index.ts';
import type { MountPoint } from './mount-point.ts';
import { invalidMount } from './validate.ts';

/** Tells whether a path is there. @throws what else than its absence keeps it from being told. */
export type SourceExists = (path: string) => boolean;

export const existsOnHost: SourceExists = (path) => {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw fromNode(error, `stat ${path}`);
  }
};

/**
 * Checks, when a container is made, that what a `--mount type=bind` names is there: a mistyped path should not become an
 * empty folder (8.7).
 * @throws invalid-argument `… bind source path does not exist: …`.
 */
export function checkBindSource({ type, spec, createSource }: MountPoint, exists: SourceExists): void {
  if (type !== 'bind' || createSource || isThere(spec, exists)) return;
  throw invalidMount(spec, `bind source path does not exist: ${spec.Source}`);
}

function isThere(spec: MountPoint['spec'], exists: SourceExists): boolean {
  try {
    return exists(spec.Source);
  } catch (error) {
    throw invalidMount(spec, messageOf(error));
  }
}

/**
 * Makes the missing source of a `-v /host:/path`, as a folder of root's, when the container starts (8.7).
 * @param sockets the engine's own. While it shuts down they are not there, and a folder in such a place would keep the next
 *   daemon from listening (10.6).
 * @throws system `error while creating mount source path '…': …`, or for a missing socket of the engine.
 */
export function makeBindSource(
  { type, source, destination, createSource }: MountPoint,
  sockets: readonly string[],
): void {
  if (type !== 'bind' || !createSource) return;
  if (sockets.some((socket) => isSamePlace(socket, source)) && !existsSync(source)) {
    throw systemError(
      `could not mount "${source}" at "${destination}": the daemon does not listen there while it is shutting down`,
    );
  }
  try {
    makeFolders(source, 0o755);
  } catch (error) {
    // A file is a source as well; a link that leads nowhere is none.
    if (codeOf(error) === 'EEXIST' && existsSync(source)) return;
    throw systemError(
      `error while creating mount source path '${source}': ${messageOf(fromNode(error, `mkdir ${source}`))}`,
      error,
    );
  }
}

/** Whether two paths name one place, whatever is there: /var/run is a link to /run. */
function isSamePlace(one: string, other: string): boolean {
  return one === other || (basename(one) === basename(other) && realPlace(one) === realPlace(other));
}

function realPlace(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    // Without a folder above there is nothing to be the same.
    return path;
  }
}
