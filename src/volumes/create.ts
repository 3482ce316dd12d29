import { conflict, invalidArgument, messageOf, notFound } from '../errors/index.ts';
import { isFiller, isForgetter, isRecorder } from './capabilities.ts';
import type { Core } from './core.ts';
import { anonymousLabel, randomName } from './name.ts';
import { failedTo } from './operation-error.ts';
import { poolKey } from './options.ts';
import { type CloneSource, checkSnapshotLabels } from './snapshots/index.ts';
import type { NewVolume, Volume, VolumeDriver } from './volume.ts';

/** A volume that somebody needs: the one of that name, or else a new one. */
export interface VolumeRequest {
  /** "" for an anonymous volume. */
  name: string;
  /** "" for whichever driver has the name, and for the local one if none has. */
  driver: string;
  /** Null where none were given; taken for a new volume only, like `labels`. */
  options: Readonly<Record<string, string>> | null;
  labels: Readonly<Record<string, string>> | null;
  /** Set to be told instead of given a new volume (`--volumes-from`). */
  mustExist?: boolean;
  /** The container that needs it. */
  holder?: string;
}

const defaultDriver = 'local';

/** Gives a request without a name one, the label of an anonymous volume, and the local driver. */
export function named(request: VolumeRequest): VolumeRequest {
  if (request.name !== '') return request;
  return {
    ...request,
    name: randomName(),
    driver: request.driver || defaultDriver,
    labels: { ...request.labels, [anonymousLabel]: '' },
  };
}

/**
 * Finds or makes a volume; the caller holds the lock of its name. A volume that exists is answered as it is, whatever
 * labels and options the request has (Docker's rule). Raises `create` for a new one.
 * @param source what a new one has from the start.
 * @throws conflict where another driver has the name; not-found for an unknown driver; what the driver refuses.
 */
export async function findOrCreate(core: Core, request: VolumeRequest, source?: CloneSource): Promise<Volume> {
  try {
    const asked = request.driver === '' ? undefined : await core.drivers.find(request.driver);
    const existing = await findExisting(core, request, asked);
    if (existing !== undefined) return existing;
    return await make(core, { driver: asked ?? (await core.drivers.find(defaultDriver)), request, source });
  } catch (error) {
    throw failedTo('create', request.name, error);
  }
}

interface Making {
  driver: VolumeDriver;
  request: VolumeRequest;
  source: CloneSource | undefined;
}

async function make(core: Core, { driver, request, source }: Making): Promise<Volume> {
  const { name, labels, options, holder } = request;
  refuseIfHeld(core, name);
  checkSnapshotLabels(labels);
  const volume =
    source === undefined
      ? await driver.create({ name, labels, options })
      : await clone(driver, { name, labels, options: { [poolKey]: source.pool, ...options } }, source);
  const forWhom = holder === undefined ? {} : { holder };
  core.emit({ type: 'volume', action: 'create', id: name, attributes: { driver: driver.name }, ...forWhom });
  return volume;
}

function clone(driver: VolumeDriver, volume: NewVolume, { fill }: CloneSource): Promise<Volume> {
  if (!isFiller(driver)) throw invalidArgument(`driver "${driver.name}" cannot make a volume from another one`);
  return driver.createFilled(volume, fill);
}

/** The volume of that name, whoever has it; undefined where a new one may be made. */
async function findExisting(
  core: Core,
  request: VolumeRequest,
  asked: VolumeDriver | undefined,
): Promise<Volume | undefined> {
  const { name } = request;
  const owner = core.store.owner(name);
  if (owner !== undefined) {
    const volume = await askOwner(owner, name);
    if (volume !== undefined && asked !== undefined && asked !== owner) throw nameTaken(name, owner);
    if (volume !== undefined) return adopted(owner, volume);
    refuseIfHeld(core, name);
    if (isForgetter(owner)) await owner.forget(name);
  }
  if (asked !== undefined) return await madeElsewhere(core, request, asked);
  const found = await core.store.find(name);
  return found === undefined ? undefined : adopted(found.driver, found.volume);
}

/**
 * A volume that the driver has got by other ways gets the request's labels and options, which nobody else knows
 * (semantics 2.5). A driver that cannot say is asked to make it, and fails then.
 */
async function madeElsewhere(core: Core, request: NewVolume, asked: VolumeDriver): Promise<Volume | undefined> {
  const { name, labels, options } = request;
  try {
    const volume = await asked.get(name);
    if (volume === undefined || !isRecorder(asked)) return volume;
    return await asked.record({ name, labels, options });
  } catch (error) {
    core.log.warn({ volume: name, driver: asked.name, err: error }, 'could not ask a driver for a volume');
    return undefined;
  }
}

/** From now on the volume is known after a restart too, whether its driver answers then or not. */
async function adopted(driver: VolumeDriver, volume: Volume): Promise<Volume> {
  if (!isRecorder(driver) || driver.isRecorded(volume.name)) return volume;
  return driver.record({ name: volume.name, labels: null, options: null });
}

async function askOwner(owner: VolumeDriver, name: string): Promise<Volume | undefined> {
  try {
    return await owner.get(name);
  } catch (error) {
    throw conflict(
      `found reference to volume '${name}' in driver '${owner.name}', but got an error while checking the driver: ${messageOf(error)}`,
      error,
    );
  }
}

/** A volume that containers hold and no driver has was lost: they count on its data, not on an empty new one. */
export function refuseIfHeld(core: Core, name: string): void {
  if (core.references.count(name) === 0) return;
  throw conflict(
    `found references to volume '${name}' but the volume was not found in any driver: remove the containers that use it first`,
  );
}

const nameTaken = (name: string, owner: VolumeDriver) =>
  conflict(`driver '${owner.name}' already has volume '${name}': volume name must be unique`);

/** The volume of a request that may not make one. @throws not-found `get NAME: no such volume`. */
export async function findOnly(core: Core, name: string): Promise<Volume> {
  const found = await core.store.find(name);
  if (found === undefined) throw failedTo('get', name, notFound('no such volume'));
  return adopted(found.driver, found.volume);
}
