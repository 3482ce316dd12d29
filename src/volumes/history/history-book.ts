import type { KeyedLock } from '../../async/index.ts';
import type { Log } from '../../host/index.ts';
import { freshHistory, type Note, remember, type VolumeHistory } from './history.ts';
import { readHistory, writeHistory } from './history-file.ts';

/** What a list shows of a volume's history. */
export type HistorySummary = Pick<VolumeHistory, 'lastUsedAt' | 'lastBackupAt'>;

interface HistoryBookOptions {
  /** A volume's folder, for those that have one here. */
  folderOf: (name: string) => string | undefined;
  locks: KeyedLock;
  log: Log;
}

/** How long notes wait before they are written: the answer that they come with goes first. */
const delayMs = 300;

/** How long reading may keep everything else waiting, in milliseconds. */
const sliceMs = 5;

/** How many histories of volumes without a folder here are kept: they live in memory alone. */
const mostHomeless = 1000;

/**
 * The histories of all volumes. A note costs its caller an entry in a list; it is written behind, under the volume's lock,
 * so that it never gets into another volume of the same name. A crash loses the notes of the last moment.
 */
export class HistoryBook {
  readonly #options: HistoryBookOptions;
  #waiting: Array<{ name: string; note: Note | 'forget' }> = [];
  /** Those with notes that are not written yet. */
  readonly #unwritten = new Map<string, VolumeHistory>();
  readonly #homeless = new Map<string, VolumeHistory>();
  readonly #summaries = new Map<string, HistorySummary>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: HistoryBookOptions) {
    this.#options = options;
  }

  /** Remembers something of a volume; costs next to nothing. */
  note(name: string, note: Note): void {
    this.#add(name, note);
  }

  /** The volume has gone, or its folder is elsewhere now: what is in memory is not of that name any more. */
  forget(name: string): void {
    this.#add(name, 'forget');
  }

  /** All that is known of a volume. */
  of(name: string): VolumeHistory {
    this.#takeIn();
    return this.#known(name);
  }

  /** What lists show of volumes, in their order. The first time it reads their files, in between other work. */
  async summaries(names: readonly string[]): Promise<HistorySummary[]> {
    this.#takeIn();
    let since = performance.now();
    const found: HistorySummary[] = [];
    for (const name of names) {
      found.push(this.#summary(name));
      if (performance.now() - since < sliceMs) continue;
      await new Promise(setImmediate);
      since = performance.now();
    }
    return found;
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    await this.#writing;
  }

  #add(name: string, note: Note | 'forget'): void {
    this.#waiting.push({ name, note });
    this.#timer ??= setTimeout(() => this.#write(), delayMs).unref();
  }

  #summary(name: string): HistorySummary {
    const known = this.#summaries.get(name);
    if (known !== undefined) return known;
    const { lastUsedAt, lastBackupAt } = this.#known(name);
    const summary = { lastUsedAt, lastBackupAt };
    this.#summaries.set(name, summary);
    return summary;
  }

  #known(name: string): VolumeHistory {
    const held = this.#unwritten.get(name) ?? this.#homeless.get(name);
    if (held !== undefined) return held;
    const folder = this.#folderOf(name);
    return folder === undefined ? freshHistory() : readHistory(folder);
  }

  #takeIn(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { name, note } of waiting) {
      this.#summaries.delete(name);
      if (note === 'forget') {
        this.#unwritten.delete(name);
        this.#homeless.delete(name);
        continue;
      }
      const history = this.#known(name);
      remember(history, note);
      this.#keep(name, history);
    }
  }

  #keep(name: string, history: VolumeHistory): void {
    if (this.#folderOf(name) !== undefined) {
      this.#unwritten.set(name, history);
      return;
    }
    this.#homeless.set(name, history);
    const [oldest] = this.#homeless.keys();
    if (this.#homeless.size > mostHomeless && oldest !== undefined) this.#homeless.delete(oldest);
  }

  #write(): void {
    this.#timer = undefined;
    this.#takeIn();
    const { locks, log } = this.#options;
    const failed = (name: string) => (error: unknown) =>
      log.warn({ volume: name, err: error }, 'could not write the history of a volume');
    const names = [...this.#unwritten.keys()];
    const writes = names.map((name) => locks.hold(name, async () => this.#writeOne(name)).catch(failed(name)));
    this.#writing = Promise.all([this.#writing, ...writes]).then(() => {});
  }

  #writeOne(name: string): void {
    // What has happened while the lock was waited for: it may be another volume by now, or none.
    this.#takeIn();
    const history = this.#unwritten.get(name);
    const folder = this.#folderOf(name);
    this.#unwritten.delete(name);
    if (history !== undefined && folder !== undefined) writeHistory(folder, history);
  }

  #folderOf(name: string): string | undefined {
    try {
      return this.#options.folderOf(name);
    } catch {
      // Its record cannot be read: whoever asks for the volume is told so.
      return undefined;
    }
  }
}
