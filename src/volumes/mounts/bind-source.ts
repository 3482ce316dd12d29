import { mkdirSync, statSync } from 'node:fs';
import { messageOf, systemError } from '../../errors/index.ts';
import { fromNode } from '../../host/index.ts';
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
 * @throws system `error while creating mount source path '…': …`.
 */
export function makeBindSource({ type, source, createSource }: MountPoint): void {
  if (type !== 'bind' || !createSource) return;
  try {
    mkdirSync(source, { recursive: true, mode: 0o755 });
  } catch (error) {
    // A file is a source as well.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw systemError(
      `error while creating mount source path '${source}': ${messageOf(fromNode(error, `mkdir ${source}`))}`,
      error,
    );
  }
}
