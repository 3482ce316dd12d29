import { conflict, invalidArgument, notFound } from '../../errors/index.ts';
import { type Discarded, isDiscarder } from '../capabilities.ts';
import type { Core } from '../core.ts';
import { checkName } from '../name.ts';
import { failedTo } from '../operation-error.ts';
import { refuseProtected } from '../protect.ts';
import type { Volume } from '../volume.ts';
import type { Kept } from './keeper.ts';

/** What is to be taken out of the trash, and under which name. */
export interface RestoreRequest {
  /** An id, or a volume's name, which means the last one of that name; "" for whatever was removed last. */
  reference: string;
  /** "" for the name that it had. */
  as: string;
}

/** The volumes that were removed and can still be had back. */
export class VolumeTrash {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** All of it, oldest first. */
  list(): Kept[] {
    return this.#core.trash.list();
  }

  /**
   * Makes a volume of what was removed, with its data, labels, options and snapshots. Raises `restore`.
   * @throws not-found where there is no such thing; conflict where a volume has that name, with a word about `--as`.
   */
  async restore({ reference, as }: RestoreRequest): Promise<Volume> {
    const { id, driver, volume } = this.#find(reference);
    const name = as || volume.name;
    try {
      if (as !== '') checkName(as);
      return await this.#core.locks.hold(name, async () => {
        if ((await this.#core.store.find(name)) !== undefined) {
          throw conflict('a volume of that name exists: give another one with --as NEW');
        }
        const restored = await driver.reinstate(id, name);
        this.#core.emit({
          type: 'volume',
          action: 'restore',
          id: name,
          attributes: { driver: driver.name, trash: id },
        });
        return restored;
      });
    } catch (error) {
      throw failedTo('restore', name, error);
    }
  }

  /** Lets go of what is too old or too much, now. */
  tidy(): Promise<void> {
    return this.#core.trash.tidy();
  }

  /** Deletes one for good. @throws not-found. */
  async remove(reference: string): Promise<void> {
    if (reference === '') throw notFound('no such volume in the trash');
    await this.#core.trash.purge(this.#find(reference), 'asked for');
  }

  /** Deletes for good whatever has been in there for longer than that. @returns what went, and its bytes as far as known. */
  async empty({ olderThanMs }: { olderThanMs: number }): Promise<{ deleted: string[]; reclaimed: number }> {
    const until = Date.now() - olderThanMs;
    const going = this.list().filter(({ discardedAt }) => discardedAt <= until);
    for (const entry of going) await this.#core.trash.purge(entry, 'asked for');
    const reclaimed = going.reduce((sum, { size = 0 }) => sum + size, 0);
    return { deleted: going.map(({ id }) => id), reclaimed };
  }

  #find(reference: string): Kept {
    const newestFirst = this.list().reverse();
    const found =
      newestFirst.find(({ id }) => reference === '' || id === reference) ??
      newestFirst.find(({ volume }) => volume.name === reference);
    if (found !== undefined) return found;
    const what = reference === '' ? 'nothing' : `no ${reference}`;
    throw notFound(`there is ${what} in the trash: "holdfast volume trash ls" shows what is`);
  }
}

/** Tells of a volume, or of data of one, that has gone into the trash. @param size in bytes, where it is known. */
export function tellTrashed(core: Core, entry: Discarded, size?: number): void {
  core.trash.add(entry, size);
  const { volume, id } = entry;
  const attributes = { driver: volume.driver, trash: id };
  core.emit({ type: 'volume', action: 'trash', id: volume.name, attributes });
}

/**
 * Puts other data in place of a volume's in one step, and what it replaces into the trash; without a trash that is deleted
 * once it is replaced. The caller holds the lock of the name and has made sure that no container uses the volume.
 * @param fresh a folder of data in the volume's pool (`Homed.home`), made by its pool driver and on disk.
 * @returns the id in the trash; undefined where there is none.
 * @throws what the driver throws; the volume is as it was then, and `fresh` where it was.
 */
export async function replaceData(core: Core, name: string, fresh: string): Promise<string | undefined> {
  try {
    const { volume, driver } = await core.store.require(name);
    refuseProtected(volume);
    if (!isDiscarder(driver)) throw invalidArgument(`driver "${driver.name}" cannot replace the data of a volume`);
    const replaced = await driver.replace(name, fresh);
    if (core.trash.keeps(driver, false) !== undefined) {
      tellTrashed(core, replaced);
      return replaced.id;
    }
    await driver.purge(replaced.id);
    return undefined;
  } catch (error) {
    throw failedTo('replace', name, error);
  }
}
