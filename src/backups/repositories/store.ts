import { promises as files, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, notFound, systemError } from '../../errors/index.ts';
import { type Log, renameDurable, temporaryName, writeDurable } from '../../host/index.ts';
import type { Access } from '../restic/index.ts';
import { decodeRepository, encodeRepository, type RepositoryRecord } from './record.ts';

/*
 * <root>/repositories/<name>/repository.json   what is known of it
 *                           /key               its key, nothing else in the file
 *                           /environment       JSON: what its place asks for; secrets, most of it
 *        removed/<name>-<time>/                one that was taken off the list, with its key, which might be the only copy
 *        cache/                                restic's
 */

/** What opens a repository. */
export interface Secrets {
  key: string;
  environment: Readonly<Record<string, string>>;
}

/** The repositories that are known here, in memory and on disk. */
export class RepositoryStore {
  readonly #root: string;
  readonly #folder: string;
  readonly #records = new Map<string, RepositoryRecord>();

  /** @param root `<data-root>/backups`; made where it is missing. A record that cannot be read is logged and left alone. */
  constructor(root: string, log: Log) {
    this.#root = root;
    this.#folder = join(root, 'repositories');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#folder)) {
      if (name.startsWith('.')) continue;
      try {
        this.#records.set(name, decodeRepository(readFileSync(join(this.#folder, name, 'repository.json'), 'utf8')));
      } catch (error) {
        log.error({ repository: name, err: messageOf(error) }, 'cannot read what is known of a backup repository');
      }
    }
  }

  /** All of them, by name. */
  all(): RepositoryRecord[] {
    return [...this.#records.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  find(name: string): RepositoryRecord | undefined {
    return this.#records.get(name);
  }

  /** @param name "" for the default one. @throws not-found, with what there is. */
  require(name: string): RepositoryRecord {
    const found = name === '' ? this.all().find(({ isDefault }) => isDefault) : this.#records.get(name);
    if (found !== undefined) return found;
    const known = this.all().map((each) => each.name);
    const advice = known.length === 0 ? 'add one with backup repo add' : `there are: ${known.join(', ')}`;
    throw notFound(name === '' ? `no backup repository: ${advice}` : `no such backup repository: ${name} (${advice})`);
  }

  keyFile(name: string): string {
    return join(this.#folder, name, 'key');
  }

  /** @throws system where its environment cannot be read. */
  access({ name, location }: RepositoryRecord): Access {
    return {
      name,
      location,
      passwordFile: this.keyFile(name),
      environment: this.#environment(name),
      cacheFolder: join(this.#root, 'cache'),
    };
  }

  /** Records a new one with its secrets, durably and as a whole. */
  async create(record: RepositoryRecord, { key, environment }: Secrets): Promise<void> {
    const fresh = join(this.#folder, temporaryName());
    await files.mkdir(fresh, { mode: 0o700 });
    try {
      await writeDurable(join(fresh, 'key'), `${key}\n`);
      await writeDurable(join(fresh, 'environment'), JSON.stringify(environment));
      await writeDurable(join(fresh, 'repository.json'), encodeRepository(record));
      await renameDurable(fresh, join(this.#folder, record.name));
    } catch (error) {
      await files.rm(fresh, { recursive: true, force: true });
      throw error;
    }
    this.#records.set(record.name, record);
  }

  /** Writes a changed record, durably. */
  async update(record: RepositoryRecord): Promise<void> {
    await writeDurable(join(this.#folder, record.name, 'repository.json'), encodeRepository(record));
    this.#records.set(record.name, record);
  }

  /** Takes one off the list, durably. @returns the folder where its key is kept on. */
  async remove(name: string): Promise<string> {
    const kept = join(this.#root, 'removed', `${name}-${new Date().toISOString().replace(/[:.]/g, '-')}`);
    await files.mkdir(join(this.#root, 'removed'), { recursive: true, mode: 0o700 });
    await renameDurable(join(this.#folder, name), kept);
    this.#records.delete(name);
    return kept;
  }

  /** Drops one that never came to be, with its secrets. */
  async drop(name: string): Promise<void> {
    this.#records.delete(name);
    await files.rm(join(this.#folder, name), { recursive: true, force: true });
  }

  #environment(name: string): Record<string, string> {
    try {
      return JSON.parse(readFileSync(join(this.#folder, name, 'environment'), 'utf8')) as Record<string, string>;
    } catch {
      // What it holds is secret, and so is what a parser complains of.
      throw systemError(`cannot read the environment of backup repository ${name}: add the repository again`);
    }
  }
}
