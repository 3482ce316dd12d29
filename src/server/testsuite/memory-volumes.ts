import { conflict, notFound } from '../../errors/index.ts';
import type { Filters, VolumeCreate } from '../../wire/index.ts';
import type { VolumeCopyingBackend } from '../routes/holdfast/snapshots-backend.ts';
import type { VolumeKeepingBackend } from '../routes/holdfast/volumes.ts';
import type { VolumeFacts, VolumesBackend } from '../routes/volumes/backend.ts';

/** Volumes that are records; one called `busy` is in use. */
export class MemoryVolumes implements VolumesBackend, VolumeKeepingBackend, VolumeCopyingBackend {
  readonly all = new Map<string, VolumeFacts>();
  readonly asked: Array<{ what: string; with: unknown }> = [];
  warnings: string[] = [];

  async create(request: VolumeCreate): Promise<VolumeFacts> {
    const name = request.Name || 'anonymous';
    const volume: VolumeFacts = {
      name,
      driver: request.Driver || 'local',
      mountpoint: `/v/${name}/_data`,
      createdAt: '2026-01-01T00:00:00Z',
      labels: request.Labels,
      options: request.DriverOpts,
      scope: 'local',
    };
    this.all.set(name, volume);
    return volume;
  }

  async get(name: string): Promise<VolumeFacts> {
    const volume = this.all.get(name);
    if (volume === undefined) throw notFound(`get ${name}: no such volume`);
    return volume;
  }

  async list(filters: Filters) {
    this.asked.push({ what: 'list', with: filters });
    return { volumes: [...this.all.values()], warnings: this.warnings };
  }

  async remove(name: string, options: { force: boolean }): Promise<void> {
    if (name === 'busy') throw conflict('remove busy: volume is in use - [c1]');
    if (!options.force) await this.get(name);
    this.all.delete(name);
  }

  async prune(filters: Filters, options: { all: boolean }) {
    this.asked.push({ what: 'prune', with: { filters, ...options } });
    return { deleted: [...this.all.keys()], kept: [], reclaimed: 7 };
  }

  async update(name: string, { set }: { set: Record<string, string> }): Promise<VolumeFacts> {
    const volume = { ...(await this.get(name)), labels: set };
    this.all.set(name, volume);
    return volume;
  }

  async clone(from: string, { name, labels }: { name: string; labels: VolumeFacts['labels'] }): Promise<VolumeFacts> {
    const volume = { ...(await this.get(from)), name, labels };
    this.all.set(name, volume);
    return volume;
  }

  async rename(name: string, to: string): Promise<VolumeFacts> {
    const volume = { ...(await this.get(name)), name: to };
    this.all.delete(name);
    this.all.set(to, volume);
    return volume;
  }

  setProtected(name: string, wanted: boolean): Promise<VolumeFacts> {
    return this.update(name, { set: { 'holdfast.protect': String(wanted) } });
  }

  async usage() {
    return [...this.all.values()].map((volume) => ({ volume, size: 5, refCount: 1 }));
  }
}
