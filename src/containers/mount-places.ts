import { join } from 'node:path';
import { clearPlaces as clearPlacesIn, dropPlace } from '../host/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';

/*
 * What of a container's mounts cannot be named by a path that would be safe to give to the runtime is mounted at a place of
 * the engine's own, from just before the container is created until just after.
 */

/** A part of a volume or image, or a mount with its owners mapped. */
const kinds = ['part', 'mapped'] as const;

/** Where something of a mount point waits for the runtime. */
export function placeOf(
  engine: Engine,
  { id }: Container,
  { index, what }: { index: number; what: (typeof kinds)[number] },
): string {
  return join(placesOf(engine), `${id}-${index}-${what}`);
}

const placesOf = (engine: Engine): string => join(engine.execRoot, 'places');

/** To be called once a container is created: from then on it has mounts of its own. */
export function dropPlaces(engine: Engine, container: Container): void {
  for (const [index, { subpath, shownAs }] of container.record.mountPoints.entries()) {
    if (subpath === '' && shownAs === undefined) continue;
    // The mapped one is made of the other.
    for (const what of kinds.toReversed()) dropPlace(placeOf(engine, container, { index, what }));
  }
}

/** Takes away what a killed daemon left: to be called before any container starts. */
export function clearPlaces(engine: Engine): void {
  clearPlacesIn(placesOf(engine));
}
