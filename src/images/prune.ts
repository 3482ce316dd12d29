import { conflict, isKind } from '../errors/index.ts';
import type { Filters, ImageDeletion } from '../wire/index.ts';
import type { ImageContext } from './archive/load.ts';
import { commonCondition, danglingOf, type Filterable, pruneKeys } from './filters.ts';
import { referencesOf } from './names.ts';
import { familiarString } from './reference.ts';
import type { Remover } from './remover.ts';
import type { ImageRecord } from './store/record.ts';

/** Removes many images at once: one prune at a time. */
export class Pruning {
  readonly #context: ImageContext;
  readonly #remover: Remover;
  #running = false;

  constructor(context: ImageContext, remover: Remover) {
    this.#context = context;
    this.#remover = remover;
  }

  /**
   * Removes images that no container is of: those without a tag, and with `dangling=false` all.
   * @throws conflict where a prune is running; invalid-argument for filters there are not.
   */
  async run(filters: Filters): Promise<{ deleted: ImageDeletion[]; reclaimed: number }> {
    if (this.#running) throw conflict('a prune operation is already running');
    this.#running = true;
    try {
      const total = { deleted: [] as ImageDeletion[], reclaimed: 0 };
      for (const record of this.#candidates(filters)) {
        const { deletions, reclaimed } = await this.#remove(record);
        total.deleted.push(...deletions);
        total.reclaimed += reclaimed;
      }
      await this.#remover.dropUnused();
      const attributes = { reclaimed: String(total.reclaimed) };
      this.#context.emit({ type: 'image', action: 'prune', id: '', attributes });
      return total;
    } finally {
      this.#running = false;
    }
  }

  #candidates(filters: Filters): ImageRecord[] {
    const { catalog } = this.#context.store;
    const matches = commonCondition(filters, pruneKeys);
    const danglingOnly = danglingOf(filters) ?? true;
    return catalog.images().filter((record) => {
      const references = referencesOf(record);
      const hasTag = references.some(({ digest }) => digest === undefined);
      if (danglingOnly && hasTag) return false;
      if (references.length === 0 && catalog.children(record.id).length > 0) return false;
      return matches(this.#filterable(record)) && this.#remover.usersOf(record.id).length === 0;
    });
  }

  async #remove(record: ImageRecord): Promise<{ deletions: ImageDeletion[]; reclaimed: number }> {
    const total = { deletions: [] as ImageDeletion[], reclaimed: 0 };
    const names = referencesOf(record);
    for (const reference of names.length > 0 ? names : [undefined]) {
      const current = this.#context.store.catalog.get(record.id);
      // Gone with an earlier name, as digests go with the last tag.
      if (current === undefined || current.removed) break;
      const text = reference === undefined ? record.id : familiarString(reference);
      try {
        const request = { text, record: current, reference, force: false, prune: true };
        const { deletions, reclaimed } = await this.#remover.remove(request);
        total.deletions.push(...deletions);
        total.reclaimed += reclaimed;
      } catch (error) {
        // Others were made from it, or a container of it has just been: it stays.
        if (!isKind(error, 'conflict')) throw error;
      }
    }
    return total;
  }

  #filterable(record: ImageRecord): Filterable {
    try {
      const { document } = this.#context.store.details.of(record);
      return { labels: document.config.Labels, created: document.created };
    } catch {
      // Damaged: it has no labels and no time, and can be pruned like any other.
      return { labels: {}, created: '' };
    }
  }
}
