import { conflict } from '../errors/index.ts';
import type { Core } from './core.ts';
import { findOrCreate, type VolumeRequest } from './create.ts';
import { fromKey } from './options.ts';
import { type CloneTools, withSource } from './snapshots/index.ts';
import type { Volume } from './volume.ts';

/** The volume that a clone is to be, and how it is made. */
export type CloneRequest = Pick<VolumeRequest, 'name' | 'labels'> & CloneTools;

/**
 * Makes a volume with the data of another one, or of a snapshot of it (`VOLUME@SNAPSHOT`), durably. Raises `create` and `clone`.
 * @throws conflict where there is a volume of that name; what `withSource` and `findOrCreate` throw.
 */
export function cloneVolume(core: Core, from: string, { name, labels, ...tools }: CloneRequest): Promise<Volume> {
  const request = { name, labels, driver: '', options: { [fromKey]: from } };
  return withSource(core, { ...request, tools }, async (source) => {
    if (source === undefined) throw conflict(`clone ${from}: there is a volume ${name} already`);
    const volume = await findOrCreate(core, request, source);
    core.emit({ type: 'volume', action: 'clone', id: name, attributes: { driver: volume.driver, from } });
    return volume;
  });
}
