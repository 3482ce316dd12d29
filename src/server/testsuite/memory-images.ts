import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { notFound, systemError, unauthorized } from '../../errors/index.ts';
import type { ImageDeletion, Progress, RegistryAuth } from '../../wire/index.ts';
import type { ImagesBackend } from '../routes/images/backend.ts';

/** Images that are names and sizes. An image called `broken` fails half-way, one called `nosuch` at once. */
export class MemoryImages implements ImagesBackend {
  readonly sizes = new Map<string, number>();
  readonly asked: Array<{ what: string; with: unknown }> = [];

  #image(ref: string) {
    const Size = this.sizes.get(ref);
    if (Size === undefined) throw notFound(`No such image: ${ref}`);
    return { Id: ref, Size };
  }

  async list(...query: unknown[]) {
    this.asked.push({ what: 'list', with: query });
    return [...this.sizes.keys()].map((ref) => this.#image(ref));
  }

  async inspect(ref: string) {
    return this.#image(ref);
  }

  async history(ref: string) {
    return [{ Id: this.#image(ref).Id, Created: 0, CreatedBy: '', Tags: null, Size: 0, Comment: '' }];
  }

  async tag(ref: string, target: { repo: string; tag: string }): Promise<void> {
    this.sizes.set(`${target.repo}:${target.tag}`, this.#image(ref).Size);
  }

  async remove(ref: string, options: object): Promise<ImageDeletion[]> {
    this.asked.push({ what: 'remove', with: options });
    this.#image(ref);
    this.sizes.delete(ref);
    return [{ Untagged: ref }];
  }

  async prune() {
    return { deleted: [], reclaimed: 0 };
  }

  async *load(archive: Readable): AsyncGenerator<Progress> {
    const name = await text(archive);
    this.sizes.set(name, name.length);
    yield { stream: `Loaded image: ${name}\n` };
  }

  async save(refs: readonly string[]) {
    return Readable.from(refs.map((ref) => this.#image(ref).Id));
  }

  async *import(archive: Readable, options: object): AsyncGenerator<Progress> {
    this.asked.push({ what: 'import', with: options });
    yield { status: await text(archive) };
  }

  async *pull(ref: string, options: object): AsyncGenerator<Progress> {
    this.asked.push({ what: 'pull', with: { ref, ...options } });
    if (ref.startsWith('nosuch')) throw notFound(`pull access denied for ${ref}`);
    yield { status: `Pulling from ${ref}`, id: 'latest' };
    if (ref.startsWith('broken')) throw systemError('the connection broke');
    yield { status: 'Done' };
  }

  async *push(ref: string, options: object): AsyncGenerator<Progress> {
    this.asked.push({ what: 'push', with: { ref, ...options } });
    yield { status: `The push refers to repository [${ref}]` };
  }

  async authenticate(auth: RegistryAuth) {
    if (auth.password !== 'right') throw unauthorized('incorrect username or password');
    return { status: 'Login Succeeded', identityToken: '' };
  }

  async distribution(ref: string) {
    return { Descriptor: { mediaType: 'm', digest: `sha256:${ref}`, size: 1 }, Platforms: [] };
  }
}
