import { isMeasurer, type Measurer } from './capabilities.ts';
import type { Core } from './core.ts';
import { mayLieElsewhere } from './options.ts';
import type { Volume, VolumeDriver } from './volume.ts';

/** What a volume takes up. */
export interface VolumeUsage {
  volume: Volume;
  /** Bytes in its files; -1 where that could not be told. */
  size: number;
  /** How many containers refer to it. */
  refCount: number;
}

/** A volume whose driver can measure it. */
export interface Measured {
  volume: Volume;
  driver: VolumeDriver & Measurer;
}

/**
 * The volumes whose room on this host is theirs alone: kept by a driver that measures, and without options that
 * say that the data may lie elsewhere. Docker counts and prunes just these.
 */
export async function measuredVolumes(core: Core): Promise<Measured[]> {
  const measurers = core.drivers.known().filter(isMeasurer);
  const drivers = new Map(measurers.map((driver) => [driver.name, driver]));
  const { volumes } = await core.store.list(measurers);
  return volumes.flatMap((volume) => {
    const driver = drivers.get(volume.driver);
    return driver !== undefined && !mayLieElsewhere(volume.options) ? [{ volume, driver }] : [];
  });
}

/** How long measuring may keep everything else waiting, in milliseconds. */
const sliceMs = 10;

/** How much each measured volume takes up; one that cannot be measured is in the answer all the same. */
export async function measureAll(core: Core): Promise<VolumeUsage[]> {
  const all: VolumeUsage[] = [];
  const underWay: Array<Promise<void>> = [];
  let since = performance.now();
  for (const measured of await measuredVolumes(core)) {
    const { volume } = measured;
    const usage = { volume, size: -1, refCount: core.references.count(volume.name) };
    all.push(usage);
    const size = sizeOf(core, measured);
    // Without a promise for each of the thousands that may be there and empty.
    if (typeof size === 'number') usage.size = size;
    else underWay.push(settle(usage, size));
    if (performance.now() - since < sliceMs) continue;
    await new Promise(setImmediate);
    since = performance.now();
  }
  await Promise.all(underWay);
  return all;
}

async function settle(usage: VolumeUsage, size: Promise<number>): Promise<void> {
  usage.size = await size;
}

/** Bytes; -1 where they could not be counted, which is logged. */
export function sizeOf(core: Core, { volume, driver }: Measured): number | Promise<number> {
  const failed = (error: unknown): number => {
    core.log.warn({ volume: volume.name, err: error }, 'could not measure a volume');
    return -1;
  };
  try {
    const size = driver.size(volume.name);
    return typeof size === 'number' ? size : size.catch(failed);
  } catch (error) {
    return failed(error);
  }
}
