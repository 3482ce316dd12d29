import type { Core } from '../core.ts';
import { type ExportRequest, exportVolume, type VolumeExport } from './export.ts';
import { type ImportRequest, type ImportResult, importVolume } from './import.ts';
import { Incoming } from './incoming.ts';
import { RunningTransfers, type TransferFacts } from './running.ts';

/** Volumes as archives: out of this host, and into it. */
export class VolumeTransfers {
  readonly #core: Core;
  readonly #running = new RunningTransfers();

  constructor(core: Core) {
    this.#core = core;
  }

  /** See {@link exportVolume}. @returns with the id by which {@link list} knows it. */
  async export(name: string, request: ExportRequest): Promise<VolumeExport & { id: string }> {
    let progress = () => ({ done: 0, total: 0 });
    const id = this.#running.start('export', () => ({ volume: name, ...progress() }));
    try {
      const exported = await exportVolume(this.#core, name, { ...request, id });
      progress = exported.progress;
      exported.archive.once('close', () => this.#running.end(id));
      return { ...exported, id };
    } catch (error) {
      this.#running.end(id);
      throw error;
    }
  }

  /** See {@link importVolume}. @param source.bytes how many will come; 0 where that is not known. */
  async import(
    source: { archive: AsyncIterable<Buffer>; bytes: number },
    request: ImportRequest,
  ): Promise<ImportResult> {
    let incoming: Incoming | undefined;
    const volume = (): string => request.volume.name || (incoming?.description?.name ?? '');
    const done = (): number => incoming?.received ?? 0;
    const id = this.#running.start('import', () => ({ volume: volume(), done: done(), total: source.bytes }));
    try {
      incoming = await Incoming.open(source.archive);
      return await importVolume(this.#core, incoming, request);
    } finally {
      this.#running.end(id);
      await incoming?.close();
    }
  }

  /** What is under way. */
  list(): TransferFacts[] {
    return this.#running.list();
  }
}
