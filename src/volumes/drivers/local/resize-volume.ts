import { conflict, invalidArgument } from '../../../errors/index.ts';
import { diskUsage } from '../../../host/index.ts';
import { parseSize } from '../../../wire/index.ts';
import { optionMount } from '../../options.ts';
import type { Volume } from '../../volume.ts';
import type { LocalPool } from './local-pool.ts';

interface Resize {
  name: string;
  /** In the words of the option; "0" for no limit. */
  size: string;
  isUsed: boolean;
}

/** Changes what a volume may hold, and its record after that. See Resizer for what is thrown. */
export async function resizeVolume(pool: LocalPool, { name, size, isUsed }: Resize): Promise<Volume> {
  const { driver, catalogue } = pool;
  const { options = null } = catalogue.find(name) ?? {};
  if (optionMount(options) !== undefined) throw invalidArgument('what its options mount has a size of its own');
  const bytes = parseSize(size);
  const { data } = pool.home(name);
  const limit = driver.usage(data)?.limit ?? 0;
  const onlyGrows = limit > 0 && bytes >= limit;
  if (isUsed && driver.kind !== 'btrfs' && !onlyGrows && bytes !== limit) {
    throw conflict(
      `it is in use, and in pool ${pool.name} it can only grow then: stop its containers first (pools of btrfs do without)`,
    );
  }
  await driver.setLimit(data, bytes);
  const { size: _, ...others } = options ?? {};
  return pool.update(name, { options: bytes === 0 ? others : { ...others, size } });
}

/**
 * Does what puts other data in place of a volume's, and limits that as the old was. A limit that is a mount is taken away
 * before, since nothing can be put in the place of a mount.
 * @throws invalid-argument where the new data is more than the volume may hold.
 */
export async function keepingLimit<T>(
  pool: LocalPool,
  { name, fresh }: { name: string; fresh: string },
  replace: () => Promise<T>,
): Promise<T> {
  const { driver } = pool;
  const { data } = pool.home(name);
  const limit = driver.usage(data)?.limit ?? 0;
  if (limit === 0) return replace();
  const size = await diskUsage(fresh);
  if (size > limit) throw invalidArgument(`the new data are ${size} bytes, and the volume may hold ${limit}`);
  const isMount = driver.kind !== 'btrfs';
  if (isMount) await driver.setLimit(data, 0);
  try {
    return await replace();
  } finally {
    await driver.setLimit(data, limit);
  }
}
