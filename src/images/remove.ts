import { conflict } from '../errors/index.ts';
import { shortId } from './digest.ts';
import { isPrefixOf } from './lookup.ts';
import { referencesOf } from './names.ts';
import { canonicalString, familiarString, type Reference, sameRepository } from './reference.ts';
import type { Draft } from './store/catalog.ts';
import type { ImageRecord } from './store/record.ts';

/** A container of an image. */
export interface ImageUser {
  id: string;
  running: boolean;
}

/** Tells which containers are of an image, or mount it. */
export type UsersOf = (imageId: string) => readonly ImageUser[];

export interface RemovalRequest {
  /** As the user wrote it. */
  text: string;
  record: ImageRecord;
  /** What it names, where it is no id. */
  reference: Reference | undefined;
  force: boolean;
  /** Whether untagged images it was made from go with it. */
  prune: boolean;
}

/** One thing a removal did, in order. */
export type Removed = { untagged: string; id: string } | { deleted: ImageRecord };

/**
 * Removes a name, or an image, from a draft of the catalog by Docker's rules: a name goes alone while the image has
 * others; an image goes with its last name. Conflicts are hard (descendants, running containers) or soft (other names,
 * stopped containers), and `force` overcomes the soft ones.
 */
export class Removal {
  readonly done: Removed[] = [];
  readonly #draft: Draft;
  readonly #usersOf: UsersOf;

  constructor(draft: Draft, usersOf: UsersOf) {
    this.#draft = draft;
    this.#usersOf = usersOf;
  }

  /** @throws conflict with Docker's words; nothing of the draft may be used then. */
  run(request: RemovalRequest): void {
    const { record, reference, text, force, prune } = request;
    const byName = reference !== undefined && !isPrefixOf(record.id, text);
    if (byName) {
      this.#removeName(request, reference);
      if (this.#record(record.id).references.length > 0) return;
    } else if (isSingle(referencesOf(record))) {
      const found = this.#conflict(record.id, { force, names: false });
      if (found !== undefined) throw conflict(found.message);
      this.#untagAll(record.id);
    }
    this.#delete(record.id, { force, prune, quiet: byName });
  }

  #removeName({ record, text, force }: RemovalRequest, reference: Reference): void {
    const user = this.#usersOf(record.id)[0];
    if (!force && user !== undefined && isSingle(referencesOf(record))) {
      throw conflict(
        `conflict: unable to remove repository reference ${JSON.stringify(text)} (must force) - ` +
          `container ${shortId(user.id)} is using its referenced image ${shortId(record.id)}`,
      );
    }
    this.#untag(record.id, reference);
    if (reference.digest !== undefined) return;
    // The digests of a repository go with its last tag: nobody would think of removing them.
    const rest = referencesOf(this.#record(record.id)).filter((other) => sameRepository(other, reference));
    if (rest.some(({ digest }) => digest === undefined)) return;
    for (const other of rest) this.#untag(record.id, other);
  }

  #delete(id: string, options: { force: boolean; prune: boolean; quiet: boolean }): void {
    const { force, prune, quiet } = options;
    const found = this.#conflict(id, { force, names: true });
    if (found !== undefined) {
      const isDangling = this.#record(id).references.length === 0 && this.#children(id).length === 0;
      if (quiet && (!isDangling || found.used)) return;
      throw conflict(found.message);
    }
    this.#untagAll(id);
    const record = this.#record(id);
    // Stopped containers can be started again: what they need stays until they have gone.
    if (this.#usersOf(id).length > 0) this.#draft.put({ ...record, removed: true });
    else this.#draft.delete(id);
    this.done.push({ deleted: record });
    const parent = this.#draft.get(record.parent);
    if (prune && parent !== undefined && !parent.removed) this.#delete(parent.id, { force: false, prune, quiet: true });
  }

  #conflict(id: string, checked: { force: boolean; names: boolean }): { message: string; used: boolean } | undefined {
    const users = this.#usersOf(id);
    const because = (how: string, reason: string): string =>
      `conflict: unable to delete ${shortId(id)} (${how}) - ${reason}`;
    const running = users.find((user) => user.running);
    const [hard, soft] = ['cannot be forced', 'must be forced'];
    if (this.#children(id).length > 0) {
      return { message: because(hard, 'image has dependent child images'), used: false };
    }
    if (running !== undefined) {
      const reason = `image is being used by running container ${shortId(running.id)}`;
      return { message: because(hard, reason), used: true };
    }
    if (checked.force) return undefined;
    if (checked.names && this.#record(id).references.length > 0) {
      return { message: because(soft, 'image is referenced in multiple repositories'), used: false };
    }
    const [stopped] = users;
    if (stopped === undefined) return undefined;
    const reason = `image is being used by stopped container ${shortId(stopped.id)}`;
    return { message: because(soft, reason), used: true };
  }

  #untagAll(id: string): void {
    for (const reference of referencesOf(this.#record(id))) this.#untag(id, reference);
  }

  #untag(id: string, reference: Reference): void {
    this.#draft.removeReference(id, canonicalString(reference));
    this.done.push({ untagged: familiarString(reference), id });
  }

  #record(id: string): ImageRecord {
    const record = this.#draft.get(id);
    if (record === undefined) throw conflict(`image ${shortId(id)} is being removed already`);
    return record;
  }

  #children(id: string): ImageRecord[] {
    return [...this.#draft.records.values()].filter((record) => record.parent === id && !record.removed);
  }
}

/** Whether all names are of one repository, with at most one tag among them. False for none. */
function isSingle(references: readonly Reference[]): boolean {
  const [first] = references;
  if (first === undefined) return false;
  const tags = references.filter(({ digest }) => digest === undefined);
  return tags.length <= 1 && references.every((reference) => sameRepository(reference, tags[0] ?? first));
}
