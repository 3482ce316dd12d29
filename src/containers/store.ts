import { conflict, invalidArgument, notFound } from '../errors/index.ts';
import type { Container } from './container.ts';

const validName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** All containers, by id and by name, in memory: every look-up and every list answers from here. */
export class ContainerStore {
  readonly #byId = new Map<string, Container>();
  readonly #idByName = new Map<string, string>();
  /** Images of containers that are being made, by container id: nobody may remove them meanwhile. */
  readonly imagesInUse = new Map<string, readonly string[]>();

  /** Newest first, as `ps` shows them. */
  all(): Container[] {
    return [...this.#byId.values()].sort((a, b) => (a.record.created < b.record.created ? 1 : -1));
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /**
   * Finds by full id, name (with or without the leading slash), or unambiguous id prefix, in this order.
   * @throws not-found `No such container: ref`; invalid-argument where a prefix fits several.
   */
  get(ref: string): Container {
    const exact = this.#byId.get(ref) ?? this.#byId.get(this.#idByName.get(ref.replace(/^\//, '')) ?? '');
    if (exact !== undefined) return exact;
    const matches = ref === '' ? [] : [...this.#byId.values()].filter((container) => container.id.startsWith(ref));
    if (matches.length > 1) throw invalidArgument(`Multiple IDs found with provided prefix: ${ref}`);
    const only = matches[0];
    if (only === undefined) throw notFound(`No such container: ${ref}`);
    return only;
  }

  /**
   * Takes a name for a container that is being made or renamed.
   * @throws invalid-argument for a malformed name, conflict where it is taken.
   */
  reserveName(name: string, id: string): void {
    if (!validName.test(name)) {
      throw invalidArgument(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    }
    const holder = this.#idByName.get(name);
    if (holder !== undefined) {
      throw conflict(
        `Conflict. The container name "/${name}" is already in use by container "${holder}". ` +
          'You have to remove (or rename) that container to be able to reuse that name.',
      );
    }
    this.#idByName.set(name, id);
  }

  isNameFree(name: string): boolean {
    return !this.#idByName.has(name);
  }

  releaseName(name: string): void {
    this.#idByName.delete(name);
  }

  add(container: Container): void {
    this.#byId.set(container.id, container);
    this.#idByName.set(container.name, container.id);
  }

  remove(container: Container): void {
    this.#byId.delete(container.id);
    if (this.#idByName.get(container.name) === container.id) this.#idByName.delete(container.name);
  }
}
