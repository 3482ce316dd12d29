import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notFound, systemError } from '../../../errors/index.ts';
import type { Updater, VolumeChange } from '../../capabilities.ts';
import { randomName } from '../../name.ts';
import { formatCreatedAt } from '../../record.ts';
import type { Listing, NewVolume, Volume, VolumeDriver, VolumeScope } from '../../volume.ts';

interface MemoryDriverOptions {
  /** `memory` unless said otherwise, so that several can stand beside each other. */
  name?: string;
  scope?: VolumeScope;
}

interface Kept {
  volume: Volume;
  mounts: Set<string>;
}

/**
 * Keeps volumes in memory only: a whole driver without a disk's worries, to test what stands on drivers. Its
 * mountpoints are real folders, so that containers can use them. It takes any name and any option, like a plugin.
 */
export class MemoryDriver implements VolumeDriver, Updater {
  readonly name: string;
  readonly scope: VolumeScope;
  readonly #root = mkdtempSync(join(tmpdir(), 'holdfast-memory-'));
  readonly #kept = new Map<string, Kept>();

  constructor({ name = 'memory', scope = 'local' }: MemoryDriverOptions = {}) {
    this.name = name;
    this.scope = scope;
  }

  async create({ name, labels, options }: NewVolume): Promise<Volume> {
    const mountpoint = join(this.#root, randomName());
    mkdirSync(mountpoint, { mode: 0o755 });
    const createdAt = formatCreatedAt(Date.now());
    const volume: Volume = { name, driver: this.name, mountpoint, createdAt, labels, options, scope: this.scope };
    this.#kept.set(name, { volume, mounts: new Set() });
    return volume;
  }

  async get(name: string): Promise<Volume | undefined> {
    return this.peek(name);
  }

  peek(name: string): Volume | undefined {
    return this.#kept.get(name)?.volume;
  }

  async list(): Promise<Listing> {
    return { volumes: [...this.#kept.values()].map(({ volume }) => volume), warnings: [] };
  }

  async update(name: string, { labels }: VolumeChange): Promise<Volume> {
    const kept = this.#require(name);
    kept.volume = { ...kept.volume, labels };
    return kept.volume;
  }

  async remove(name: string): Promise<void> {
    const { volume, mounts } = this.#require(name);
    if (mounts.size > 0) throw systemError('volume has active mounts');
    this.#kept.delete(name);
    rmSync(volume.mountpoint, { recursive: true, force: true });
  }

  async mount(name: string, mountId: string): Promise<string> {
    const { volume, mounts } = this.#require(name);
    mounts.add(mountId);
    return volume.mountpoint;
  }

  async unmount(name: string, mountId: string): Promise<void> {
    this.#kept.get(name)?.mounts.delete(mountId);
  }

  /** Forgets every volume and deletes their folders. */
  async close(): Promise<void> {
    this.#kept.clear();
    rmSync(this.#root, { recursive: true, force: true });
  }

  #require(name: string): Kept {
    const kept = this.#kept.get(name);
    if (kept === undefined) throw notFound('no such volume');
    return kept;
  }
}
