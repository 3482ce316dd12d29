import { Readable } from 'node:stream';
import { notFound } from '../../errors/index.ts';
import type { TransfersBackend } from '../routes/holdfast/transfers.ts';

/** Archives that are words; there is one volume, called `data`. */
export class MemoryTransfers implements TransfersBackend {
  readonly asked: unknown[] = [];

  async export(name: string, { compression }: Parameters<TransfersBackend['export']>[1]) {
    if (name !== 'data') throw notFound(`get ${name}: no such volume`);
    return { id: 'export-1', archive: Readable.from([Buffer.from(compression)]), warning: 'in use' };
  }

  async import(...[{ archive, bytes }, request]: Parameters<TransfersBackend['import']>) {
    let received = 0;
    for await (const chunk of archive) received += chunk.length;
    this.asked.push({ bytes, devices: request.devices, ...request.volume });
    const { name, labels, options } = request.volume;
    const facts = { driver: 'local', mountpoint: '/v', createdAt: '2026-01-01T00:00:00Z', scope: 'local' };
    return {
      volume: { name: name || 'named', labels, options, ...facts },
      received,
      sha256: 'abc',
      replaced: undefined,
      warnings: [],
    };
  }

  list() {
    return [];
  }
}
