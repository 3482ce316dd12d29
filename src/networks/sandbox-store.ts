import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';

/**
 * The sandboxes there are: in memory, and one file each below `<exec-root>/networks`, so that the next daemon of this boot
 * knows which addresses and links are in use. Written before anything of a sandbox is made.
 */
export class SandboxStore {
  readonly #dir: string;
  readonly #sandboxes = new Map<string, Sandbox>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Reads what an earlier daemon left. */
  load(): Sandbox[] {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    for (const file of readdirSync(this.#dir)) {
      if (!file.endsWith('.json')) continue;
      try {
        const sandbox = JSON.parse(readFileSync(join(this.#dir, file), 'utf8')) as Sandbox;
        this.#sandboxes.set(sandbox.id, sandbox);
      } catch {
        // A machine that stopped meanwhile can leave half a file; nothing of that boot is left to be cleaned.
        rmSync(join(this.#dir, file), { force: true });
      }
    }
    return this.all();
  }

  all(): Sandbox[] {
    return [...this.#sandboxes.values()];
  }

  get(id: string): Sandbox | undefined {
    return this.#sandboxes.get(id);
  }

  save(sandbox: Sandbox): void {
    const path = join(this.#dir, `${sandbox.id}.json`);
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.tmp`, JSON.stringify(sandbox), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
    this.#sandboxes.set(sandbox.id, sandbox);
  }

  remove(id: string): void {
    rmSync(join(this.#dir, `${id}.json`), { force: true });
    this.#sandboxes.delete(id);
  }
}
