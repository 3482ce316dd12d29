import { conflict } from '../errors/index.ts';
import type { ImageDeletion } from '../wire/index.ts';
import type { ImageContext } from './archive/load.ts';
import { chainIds } from './digest.ts';
import { emitImage } from './image-event.ts';
import { Removal, type RemovalRequest, type Removed, type UsersOf } from './remove.ts';
import type { ImageRecord } from './store/record.ts';

export interface RemovalResult {
  deletions: ImageDeletion[];
  /** Bytes of the layers that went. */
  reclaimed: number;
}

/** Removes images, and what of them nobody needs any more. */
export class Remover {
  readonly #context: ImageContext;
  #usersOf: UsersOf | undefined;

  constructor(context: ImageContext) {
    this.#context = context;
  }

  setUsers(usersOf: UsersOf): void {
    this.#usersOf = usersOf;
  }

  /** Whether it is known which containers there are. */
  get isReady(): boolean {
    return this.#usersOf !== undefined;
  }

  /** The containers of an image. @throws conflict before it is known which there are. */
  usersOf(imageId: string): ReturnType<UsersOf> {
    if (this.#usersOf === undefined) throw conflict('images cannot be removed while the engine is starting');
    return this.#usersOf(imageId);
  }

  /** @throws conflict with Docker's words where the image is used; nothing has changed then. */
  async remove(request: RemovalRequest): Promise<RemovalResult> {
    const { store } = this.#context;
    const done = await store.catalog.update((draft) => {
      const removal = new Removal(draft, (id) => this.usersOf(id));
      removal.run(request);
      return removal.done;
    });
    const result = this.#report(done);
    await this.dropUnused();
    return result;
  }

  /** Forgets images that were removed under their containers, once those have gone too. */
  async dropUnused(): Promise<void> {
    const { store } = this.#context;
    const isUnused = (record: ImageRecord): boolean => record.removed && this.usersOf(record.id).length === 0;
    if (![...store.catalog.all()].some(isUnused)) return;
    const dropped = await store.catalog.update((draft) => {
      const unused = [...draft.records.values()].filter(isUnused);
      for (const { id } of unused) draft.delete(id);
      return unused;
    });
    for (const record of dropped) this.#collect(record);
  }

  #report(done: readonly Removed[]): RemovalResult {
    const result: RemovalResult = { deletions: [], reclaimed: 0 };
    for (const step of done) {
      if ('untagged' in step) {
        emitImage(this.#context, 'untag', { id: step.id, name: step.id });
        result.deletions.push({ Untagged: step.untagged });
        continue;
      }
      const { id } = step.deleted;
      emitImage(this.#context, 'delete', { id, name: id });
      result.deletions.push({ Deleted: id });
      const { layers, bytes } = this.#collect(step.deleted);
      result.deletions.push(...layers.map((Deleted) => ({ Deleted })));
      result.reclaimed += bytes;
    }
    return result;
  }

  /** @returns the chain ids of the layers that went with an image, topmost first, and their bytes. */
  #collect(record: ImageRecord): { layers: string[]; bytes: number } {
    const { store } = this.#context;
    try {
      const { blobs, layers } = store.details.needs(record);
      const sizes = layers.map((diffId) => store.layers.facts(diffId)?.size ?? 0);
      const gone = store.collect([...blobs, ...layers]);
      const chains = chainIds(layers).filter((_, index) => gone.has(layers[index] ?? ''));
      const bytes = sizes.reduce((sum, size, index) => sum + (gone.has(layers[index] ?? '') ? size : 0), 0);
      return { layers: chains.reverse(), bytes };
    } catch {
      // A damaged image cannot say what is its own; the sweep at the next start finds what nobody needs.
      return { layers: [], bytes: 0 };
    }
  }
}
