import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../../host/index.ts';

/** Where half-made things wait: on the file system of what they become, and nobody else's to read. */
export class Staging {
  readonly #folder: string;
  readonly #mine = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Runs `work` with a new empty folder and removes it afterwards. */
  async use<T>(work: (dir: string) => Promise<T>): Promise<T> {
    const dir = this.#take();
    mkdirSync(dir, { mode: 0o700 });
    try {
      return await work(dir);
    } finally {
      await this.#drop(dir);
    }
  }

  /** Takes a file or folder out of its place at once; `gone` is when its content has been deleted too. */
  discard(path: string): { gone: Promise<void> } {
    const dir = this.#take();
    renameSync(path, dir);
    return { gone: this.#drop(dir) };
  }

  /** Removes what an earlier process left. */
  async sweep(): Promise<void> {
    for (const name of readdirSync(this.#folder)) {
      if (!this.#mine.has(name)) await removeTree(join(this.#folder, name));
    }
  }

  #take(): string {
    const name = randomBytes(8).toString('hex');
    this.#mine.add(name);
    return join(this.#folder, name);
  }

  async #drop(dir: string): Promise<void> {
    await removeTree(dir);
    this.#mine.delete(dir.slice(this.#folder.length + 1));
  }
}
