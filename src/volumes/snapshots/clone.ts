import { invalidArgument } from '../../errors/index.ts';
import { copyTree } from '../../host/index.ts';
import type { Core } from '../core.ts';
import type { VolumeRequest } from '../create.ts';
import { localDriverName } from '../drivers/local/read-volume.ts';
import { fromKey } from '../options.ts';
import { atRest } from './at-rest.ts';
import { dataOf, parseSource } from './folder.ts';
import { type Source, sourceOf } from './home.ts';
import type { WorkTools } from './take.ts';

/** Puts the data into a new volume's folder. */
type Fill = (data: string) => Promise<void>;

/** What a new volume is to have from the start, and where it belongs. */
export interface CloneSource {
  fill: Fill;
  /** The pool that its data lies in, where a clone costs least. */
  pool: string;
}

export interface CloneTools extends WorkTools {
  /** See `atRest`. */
  freeze?: boolean | undefined;
}

/** The volume that is wanted; its options may say what of. */
type CloneWish = Pick<VolumeRequest, 'name' | 'driver' | 'options'> & { tools?: CloneTools };

/**
 * Does something while holding the lock of a name that may be made a volume, and what it is to be a clone of, if anything:
 * what is copied stays as it is meanwhile, and whoever writes to it is frozen for as long as `fill` takes.
 * @throws what `atRest` throws; not-found where there is no such source.
 */
export async function withSource<T>(
  core: Core,
  { name, driver, options, tools = {} }: CloneWish,
  work: (source?: CloneSource) => Promise<T>,
): Promise<T> {
  const from = driver === '' || driver === localDriverName ? options?.[fromKey] : undefined;
  if (from === undefined || core.store.owner(name) !== undefined) return core.locks.hold(name, () => work());
  const { volume, snapshot } = parseSource(from);
  if (volume === name) throw invalidArgument(`volume ${name} cannot be a clone of itself`);
  if (snapshot !== undefined) {
    return core.locks.holdAll([name, volume], async () => {
      const source = await sourceOf(core, volume);
      const data = dataOf(source, { volume, name: snapshot });
      return work({ pool: source.poolName, fill: (to) => copyInto(source, { data, to, tools }) });
    });
  }
  return atRest(
    core,
    { volumes: [volume], also: [name], freeze: tools.freeze },
    async ({ sources: [source], copy }) => {
      if (source === undefined) return work();
      const fill: Fill = async (to) => void (await copy(() => copyInto(source, { data: source.data, to, tools })));
      return work({ pool: source.poolName, fill });
    },
  );
}

/** Fills an empty folder of data: by the pool where it is in the same one, else file by file. */
async function copyInto(
  source: Source,
  { data, to, tools }: { data: string; to: string; tools: WorkTools },
): Promise<void> {
  const { root, pool } = source;
  if (!to.startsWith(`${root}/`)) return copyTree(data, to);
  const limit = pool.usage(to)?.limit ?? 0;
  await pool.remove(to);
  await pool.copy(data, to, tools);
  if (limit > 0) await pool.setLimit(to, limit);
}
