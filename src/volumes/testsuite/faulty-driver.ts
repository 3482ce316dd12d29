import { systemError } from '../../errors/index.ts';
import type { Forgetter } from '../capabilities.ts';
import { MemoryDriver } from '../drivers/memory/index.ts';
import type { Listing, NewVolume, Volume } from '../volume.ts';

type Operation = 'create' | 'get' | 'list' | 'remove' | 'mount' | 'unmount';

/** A driver to which everything happens that happens to plugins: it fails, it hangs, it loses volumes, it is told of new ones. */
export class FaultyDriver extends MemoryDriver implements Forgetter {
  readonly failing = new Set<Operation>();
  readonly forgotten: string[] = [];
  /** What calls wait for before they do anything. */
  hang: Promise<void> = Promise.resolve();
  #lost = new Set<string>();
  #hidden = new Set<string>();

  constructor() {
    super({ name: 'faulty', scope: 'global' });
  }

  /** Forgets a volume as if it had been removed behind the daemon's back; `peek` still knows it, as a record would. */
  lose(name: string): void {
    this.#lost.add(name);
  }

  /** Makes a volume that only `get` and `list` know, as one made behind the daemon's back. */
  async appear(name: string): Promise<void> {
    await super.create({ name, labels: null, options: null });
    this.#hidden.add(name);
  }

  override async create(volume: NewVolume): Promise<Volume> {
    await this.#trouble('create');
    this.#lost.delete(volume.name);
    return super.create(volume);
  }

  override async get(name: string): Promise<Volume | undefined> {
    await this.#trouble('get');
    this.#hidden.delete(name);
    return this.#lost.has(name) ? undefined : super.get(name);
  }

  override peek(name: string): Volume | undefined {
    return this.#hidden.has(name) ? undefined : super.peek(name);
  }

  override async list(): Promise<Listing> {
    await this.#trouble('list');
    return super.list();
  }

  override async remove(name: string): Promise<void> {
    await this.#trouble('remove');
    await super.remove(name);
  }

  override async mount(name: string, mountId: string): Promise<string> {
    await this.#trouble('mount');
    return super.mount(name, mountId);
  }

  override async unmount(name: string, mountId: string): Promise<void> {
    await super.unmount(name, mountId);
    await this.#trouble('unmount');
  }

  async forget(name: string): Promise<void> {
    this.forgotten.push(name);
  }

  async #trouble(operation: Operation): Promise<void> {
    await this.hang;
    if (this.failing.has(operation)) throw systemError(`${operation}: the plugin does not answer`);
  }
}
