import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who has which volume mounted, by mount id. For a volume that something is attached to, this is kept under the run
 * root too: a daemon that comes after a killed one must not take away what a running container stands on. After a
 * reboot both the mounts and these notes are gone.
 */
export class MountUsers {
  readonly #runRoot: string;
  readonly #users = new Map<string, Set<string>>();
  /** Of an earlier daemon, and not adopted so far. */
  readonly #unconfirmed = new Map<string, Set<string>>();

  constructor(runRoot: string) {
    this.#runRoot = runRoot;
  }

  /** Reads what an earlier daemon noted. */
  restore(): void {
    mkdirSync(this.#runRoot, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(this.#runRoot)) {
      const { name, mountIds } = this.#readNote(file);
      if (mountIds.length === 0) continue;
      this.#users.set(name, new Set(mountIds));
      this.#unconfirmed.set(name, new Set(mountIds));
    }
  }

  has(name: string, mountId: string): boolean {
    return this.#users.get(name)?.has(mountId) ?? false;
  }

  count(name: string): number {
    return this.#users.get(name)?.size ?? 0;
  }

  /** @param options.noted whether the next daemon has to know. */
  add(name: string, mountId: string, options: { noted: boolean }): void {
    const users = this.#users.get(name) ?? new Set();
    this.#users.set(name, users.add(mountId));
    this.#unconfirmed.get(name)?.delete(mountId);
    if (options.noted) this.#note(name, users);
  }

  delete(name: string, mountId: string, options: { noted: boolean }): void {
    const users = this.#users.get(name);
    if (users === undefined || !users.delete(mountId)) return;
    if (users.size === 0) this.#users.delete(name);
    if (options.noted) this.#note(name, users);
  }

  /** The mounts of an earlier daemon that nobody has adopted; afterwards they count as known. */
  takeUnconfirmed(): Array<{ name: string; mountId: string }> {
    const left = [...this.#unconfirmed].flatMap(([name, ids]) => [...ids].map((mountId) => ({ name, mountId })));
    this.#unconfirmed.clear();
    return left;
  }

  /** Brings the note of a volume in line with what is counted, after a delete that did not. */
  note(name: string): void {
    this.#note(name, this.#users.get(name) ?? new Set());
  }

  #note(name: string, users: ReadonlySet<string>): void {
    const path = join(this.#runRoot, fileOf(name));
    if (users.size === 0) {
      rmSync(path, { force: true });
      return;
    }
    // Renamed into place, so that a daemon killed meanwhile leaves the old note or the new one.
    const fresh = join(this.#runRoot, '.new');
    writeFileSync(fresh, JSON.stringify({ name, mountIds: [...users] }), { mode: 0o600 });
    renameSync(fresh, path);
  }

  #readNote(file: string): Note {
    const none = { name: file, mountIds: [] };
    if (file.startsWith('.')) return none;
    try {
      const note: Partial<Note> | null = JSON.parse(readFileSync(join(this.#runRoot, file), 'utf8'));
      const { name, mountIds } = note ?? {};
      if (typeof name !== 'string' || !Array.isArray(mountIds)) return none;
      return { name, mountIds: mountIds.filter((id) => typeof id === 'string') };
    } catch {
      // Written whole or not at all, so this is no note of ours; running containers adopt their mounts in any case.
      return none;
    }
  }
}

/** What is written of one volume. */
interface Note {
  name: string;
  mountIds: string[];
}

/** A plugin's volume may be called anything, so notes are not called like their volumes. */
const fileOf = (name: string): string => createHash('sha256').update(name).digest('hex');
