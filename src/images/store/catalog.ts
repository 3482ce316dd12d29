import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyedLock } from '../../async/index.ts';
import { systemError } from '../../errors/index.ts';
import { writeDurable } from '../../host/index.ts';
import { fromIndex, type ImageRecord, toIndex } from './record.ts';

/** The catalog as one change sees it: its own copy, which becomes the catalog once it is on disk. */
export class Draft {
  readonly records: Map<string, ImageRecord>;

  constructor(records: ReadonlyMap<string, ImageRecord>) {
    this.records = new Map(records);
  }

  get(id: string): ImageRecord | undefined {
    return this.records.get(id);
  }

  put(record: ImageRecord): void {
    this.records.set(record.id, record);
  }

  delete(id: string): void {
    this.records.delete(id);
  }

  /** Gives an image a name, which it takes from whatever image had it. */
  addReference(id: string, reference: string, lastTagged?: string): void {
    for (const record of this.records.values()) {
      if (record.id !== id && record.references.includes(reference)) this.removeReference(record.id, reference);
    }
    const record = this.records.get(id);
    if (record === undefined) return;
    const references = record.references.includes(reference) ? record.references : [...record.references, reference];
    this.put({ ...record, references, removed: false, lastTagged: lastTagged ?? record.lastTagged });
  }

  removeReference(id: string, reference: string): void {
    const record = this.records.get(id);
    if (record === undefined) return;
    this.put({ ...record, references: record.references.filter((name) => name !== reference) });
  }
}

/** All images there are, in memory, and durably in the `index.json` of the layout. Every answer is from memory. */
export class Catalog {
  readonly #file: string;
  readonly #changes = new KeyedLock();
  /** Whether there was an index when this was opened. */
  readonly isFound: boolean;
  #records: ReadonlyMap<string, ImageRecord>;
  #ids: ReadonlyMap<string, string> = new Map();
  #children: ReadonlyMap<string, readonly string[]> = new Map();

  private constructor(file: string, records: ReadonlyMap<string, ImageRecord> | undefined) {
    this.#file = file;
    this.isFound = records !== undefined;
    this.#records = records ?? new Map();
    this.#derive();
  }

  /** @param root the layout's folder. @throws system where its index is damaged: names must not be lost silently. */
  static open(root: string): Catalog {
    const file = join(root, 'index.json');
    const layout = join(root, 'oci-layout');
    if (!existsSync(layout)) writeFileSync(layout, '{"imageLayoutVersion":"1.0.0"}');
    try {
      return new Catalog(file, existsSync(file) ? fromIndex(readFileSync(file, 'utf8')) : undefined);
    } catch (error) {
      throw systemError(
        `the image index ${file} is damaged; restore it, or move it away to start without images`,
        error,
      );
    }
  }

  /** The images users see. */
  images(): ImageRecord[] {
    return [...this.#records.values()].filter((record) => !record.removed);
  }

  /** Those and the ones kept for the containers that still need them. */
  all(): Iterable<ImageRecord> {
    return this.#records.values();
  }

  get(id: string): ImageRecord | undefined {
    return this.#records.get(id);
  }

  /** The id of the image that has this full reference. */
  idOf(reference: string): string | undefined {
    return this.#ids.get(reference);
  }

  /** The ids of images that were made from this one here. */
  children(id: string): readonly string[] {
    return this.#children.get(id) ?? [];
  }

  /** Makes a change: one at a time, on disk before it shows. A change that throws changes nothing. */
  update<T>(change: (draft: Draft) => T): Promise<T> {
    return this.#changes.hold('index', async () => {
      const draft = new Draft(this.#records);
      const result = change(draft);
      await writeDurable(this.#file, toIndex(draft.records.values()));
      this.#records = draft.records;
      this.#derive();
      return result;
    });
  }

  #derive(): void {
    const ids = new Map<string, string>();
    const children = new Map<string, string[]>();
    for (const record of this.#records.values()) {
      for (const reference of record.references) ids.set(reference, record.id);
      if (record.parent === '' || record.removed) continue;
      children.set(record.parent, [...(children.get(record.parent) ?? []), record.id]);
    }
    this.#ids = ids;
    this.#children = children;
  }
}
