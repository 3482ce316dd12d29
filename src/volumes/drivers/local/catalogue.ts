import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SingleFlight } from '../../../async/index.ts';
import { messageOf, systemError } from '../../../errors/index.ts';
import { isFolderName } from '../../name.ts';
import type { Listing, Volume } from '../../volume.ts';
import { isLeftover } from './layout.ts';
import { readVolume } from './read-volume.ts';
import { sweepUnfinished } from './sweep-unfinished.ts';

/** How long reading records may keep everything else waiting, in milliseconds. */
const sliceMs = 5;

/**
 * Which volumes there are, in memory. Start-up reads the names alone, in one pass over the root; a record is read when
 * somebody asks for it, or all of them by the first list. So the daemon is ready at once with ten thousand volumes, and
 * every later list costs nothing.
 */
export class Catalogue {
  readonly #root: string;
  /** Undefined for a folder whose record was not read yet, or could not be. */
  readonly #volumes = new Map<string, Volume | undefined>();
  readonly #reading = new SingleFlight<void>();
  #unread = 0;
  /** The last list, while nothing has changed. */
  #listing: Listing | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** Finds the names. @returns the paths of folders that a crash left, which are no volumes. */
  scan(): string[] {
    const leftovers: string[] = [];
    for (const entry of readdirSync(this.#root, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      if (isFolderName(entry.name)) this.#volumes.set(entry.name, undefined);
      else if (isLeftover(entry.name)) leftovers.push(join(this.#root, entry.name));
    }
    this.#unread = this.#volumes.size;
    return leftovers;
  }

  /** How many there are, those included whose records cannot be read. */
  get count(): number {
    return this.#volumes.size;
  }

  add(volume: Volume): void {
    this.#volumes.set(volume.name, volume);
    this.#listing = undefined;
  }

  delete(name: string): void {
    this.#volumes.delete(name);
    this.#listing = undefined;
  }

  /**
   * As {@link find}, from memory where its record was read before: it may have been taken away by hand since. Sweeps
   * nothing: a daemon that starts asks this way for what its containers hold, and that was no unfinished create.
   * @throws system where its record cannot be read.
   */
  peek(name: string): Volume | undefined {
    return this.#volumes.get(name) ?? (this.#isFolder(name) ? this.#read(name) : undefined);
  }

  /**
   * The volume of that name. The disk is asked each time, by the quickest question there is (the slash at the end makes
   * it one for a folder), since a folder may have been put there or taken away by hand.
   * @throws system where its record cannot be read.
   */
  find(name: string): Volume | undefined {
    if (this.#isFolder(name)) return this.#volumes.get(name) ?? this.#readOrSweep(name);
    if (this.#volumes.has(name)) this.delete(name);
    return undefined;
  }

  /** All volumes, from memory; the first time, once every record was read. */
  async list(): Promise<Listing> {
    if (this.#unread > 0) await this.#reading.run('all', () => this.#readAll());
    if (this.#listing !== undefined) return this.#listing;
    const volumes: Volume[] = [];
    const warnings: string[] = [];
    for (const [name, volume] of this.#volumes) {
      if (volume !== undefined) volumes.push(volume);
      else this.#listUnread(name, { volumes, warnings });
    }
    // With warnings it is made anew each time, to see whether what was wrong has been repaired.
    if (warnings.length === 0) this.#listing = { volumes, warnings };
    return { volumes, warnings };
  }

  /** A record that could not be read may have been repaired since; a folder may have turned out to be no volume. */
  #listUnread(name: string, into: { volumes: Volume[]; warnings: string[] }): void {
    try {
      const volume = this.#readOrSweep(name);
      if (volume !== undefined) into.volumes.push(volume);
    } catch (error) {
      into.warnings.push(`volume ${name}: ${messageOf(error)}`);
    }
  }

  async #readAll(): Promise<void> {
    let since = performance.now();
    for (const [name, volume] of this.#volumes) {
      if (volume !== undefined) continue;
      this.#tryRead(name);
      if (performance.now() - since < sliceMs) continue;
      await new Promise(setImmediate);
      since = performance.now();
    }
    this.#unread = 0;
  }

  #tryRead(name: string): void {
    try {
      this.#readOrSweep(name);
    } catch {
      // Stays unread: whoever asks for this volume, or lists them all, is told why.
    }
  }

  #isFolder(name: string): boolean {
    return isFolderName(name) && existsSync(`${this.#root}/${name}/`);
  }

  #readOrSweep(name: string): Volume | undefined {
    try {
      return this.#read(name);
    } catch (error) {
      if (!sweepUnfinished(`${this.#root}/${name}`)) throw error;
      this.delete(name);
      return undefined;
    }
  }

  #read(name: string): Volume | undefined {
    const volume = this.#readFromDisk(name);
    if (volume !== undefined) this.add(volume);
    else if (this.#volumes.has(name)) this.delete(name);
    return volume;
  }

  #readFromDisk(name: string): Volume | undefined {
    try {
      return readVolume(this.#root, name);
    } catch (error) {
      throw systemError(`cannot read ${this.#root}/${name}: ${messageOf(error)}`, error);
    }
  }
}
