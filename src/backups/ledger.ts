import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../errors/index.ts';
import { type Log, writeDurable } from '../host/index.ts';
import { backupMadeSchema, drillEvidenceSchema } from '../wire/index.ts';

const entrySchema = z.object({
  schemaVersion: z.literal(1),
  volume: z.string(),
  lastBackup: backupMadeSchema.nullable(),
  lastFailure: z.object({ at: z.string(), message: z.string() }).nullable(),
  lastDrill: drillEvidenceSchema.nullable(),
});

/** What is known of the backups of one volume. */
export type LedgerEntry = Omit<z.output<typeof entrySchema>, 'schemaVersion'>;

/**
 * What is known of each volume's backups, in memory and in `<data-root>/backups/volumes/`, one file a volume. It is kept when
 * the volume goes: the backups are still there. What it says can be told from the repositories as well, but for drills.
 */
export class Ledger {
  readonly #folder: string;
  readonly #entries = new Map<string, LedgerEntry>();

  constructor(root: string, log: Log) {
    this.#folder = join(root, 'volumes');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(this.#folder)) {
      if (!name.endsWith('.json') || name.startsWith('.')) continue;
      try {
        const { schemaVersion: _, ...entry } = entrySchema.parse(
          JSON.parse(readFileSync(join(this.#folder, name), 'utf8')),
        );
        this.#entries.set(entry.volume, entry);
      } catch (error) {
        log.warn({ file: name, err: messageOf(error) }, "cannot read what is known of a volume's backups");
      }
    }
  }

  of(volume: string): LedgerEntry {
    return this.#entries.get(volume) ?? { volume, lastBackup: null, lastFailure: null, lastDrill: null };
  }

  /** Names of volumes that were ever backed up here, or should have been. */
  volumes(): string[] {
    return [...this.#entries.keys()];
  }

  /** Changes what is known, durably. */
  async update(volume: string, change: Partial<LedgerEntry>): Promise<void> {
    const entry = { ...this.of(volume), ...change, volume };
    this.#entries.set(volume, entry);
    const path = join(this.#folder, `${encodeURIComponent(volume)}.json`);
    await writeDurable(path, `${JSON.stringify({ schemaVersion: 1, ...entry })}\n`);
  }
}
