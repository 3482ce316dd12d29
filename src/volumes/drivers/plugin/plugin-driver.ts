import { isKind, notFound } from '../../../errors/index.ts';
import type { Log } from '../../../host/index.ts';
import type { Forgetter, MountAdopter, Recorder, Updater, VolumeChange } from '../../capabilities.ts';
import { formatCreatedAt } from '../../record.ts';
import type { Listing, NewVolume, Volume, VolumeDriver, VolumeScope } from '../../volume.ts';
import { emptySchema, getSchema, isRefusal, listSchema, mountSchema, type PluginVolume } from './answers.ts';
import type { PluginConnection } from './connection.ts';
import { mountpointOrNone, PluginMounts } from './plugin-mounts.ts';
import { isUnreachable } from './post.ts';
import type { PluginRecords } from './records.ts';

interface PluginDriverOptions {
  connection: PluginConnection;
  records: PluginRecords;
  /** Under `<exec-root>`, for the notes of this plugin's mounts. */
  runRoot: string;
  /** Folders of the engine that no mountpoint may lie in. */
  forbidden: readonly string[];
  log: Log;
}

/** When a volume was made whose plugin does not say: what Docker answers then. */
const unknownTime = '0001-01-01T00:00:00Z';

/**
 * One plugin as a volume driver. The plugin has the volumes; labels and the like, which are none of its business
 * (semantics 4.1), are in our records.
 */
export class PluginDriver implements VolumeDriver, MountAdopter, Forgetter, Recorder, Updater {
  readonly name: string;
  readonly #connection: PluginConnection;
  readonly #records: PluginRecords;
  readonly #forbidden: readonly string[];
  readonly #mounts: PluginMounts;
  /** What the plugin told last of each volume. */
  readonly #told = new Map<string, PluginVolume>();

  constructor({ connection, records, runRoot, forbidden, log }: PluginDriverOptions) {
    this.name = connection.name;
    this.#connection = connection;
    this.#records = records;
    this.#forbidden = forbidden;
    this.#mounts = new PluginMounts({ connection, runRoot, forbidden, log });
  }

  get scope(): VolumeScope {
    return this.#connection.scope;
  }

  /** Whether there is a reason to speak of it: it has answered, or has volumes here. */
  get isKnown(): boolean {
    return this.#connection.isActive || this.#records.of(this.name).length > 0;
  }

  /** Reaches the plugin. @returns whether it keeps volumes. */
  activate(): Promise<boolean> {
    return this.#connection.activate();
  }

  async create({ name, labels, options }: NewVolume): Promise<Volume> {
    await this.#call('Create', { Name: name, Opts: options ?? {} }, { slow: true });
    try {
      return await this.record({ name, labels, options });
    } catch (error) {
      // Without its record it would come back without its labels: it is not made at all.
      await this.#call('Remove', { Name: name }).catch(() => undefined);
      throw error;
    }
  }

  async record({ name, labels, options }: NewVolume): Promise<Volume> {
    if (!this.isRecorded(name)) {
      const createdAt = this.#told.has(name) ? this.#volume(name).createdAt : formatCreatedAt(Date.now());
      await this.#records.put({ name, driver: this.name, createdAt, labels, options });
    }
    return this.#volume(name);
  }

  /** The plugin does not hear of it: labels are none of its business. */
  async update(name: string, { labels }: VolumeChange): Promise<Volume> {
    if (this.peek(name) === undefined) throw notFound('no such volume');
    const { createdAt, options } = this.#volume(name);
    await this.#records.put({ name, driver: this.name, createdAt, labels, options });
    return this.#volume(name);
  }

  /** Nobody waits long for a plugin that is not there for the sake of a volume that it may not even have. */
  async get(name: string): Promise<Volume | undefined> {
    const once = this.peek(name) === undefined;
    if (!this.isKnown && !(await this.#reachable())) return undefined;
    if (!(await this.#connection.activate({ once }))) return undefined;
    const told = await this.#ask(name, { once });
    if (told === undefined) {
      this.#told.delete(name);
      return undefined;
    }
    this.#told.set(name, { ...told, Mountpoint: told.Mountpoint || (await this.#pathOf(name)) });
    const volume = this.#volume(name);
    return told.Status ? { ...volume, status: told.Status } : volume;
  }

  peek(name: string): Volume | undefined {
    return this.#told.has(name) || this.isRecorded(name) ? this.#volume(name) : undefined;
  }

  isRecorded(name: string): boolean {
    return this.#records.get(this.name, name) !== undefined;
  }

  recorded(): Volume[] {
    const names = new Set([...this.#records.of(this.name).map(({ name }) => name), ...this.#told.keys()]);
    return [...names].map((name) => this.#volume(name));
  }

  async list(): Promise<Listing> {
    if (!this.isKnown && !(await this.#reachable())) return { volumes: [], warnings: [] };
    if (!(await this.#connection.activate({ once: true }))) return { volumes: [], warnings: [] };
    const method = 'VolumeDriver.List';
    const { Volumes } = await this.#connection.call({ method, arguments: {}, schema: listSchema, once: true });
    const told = (Volumes ?? []).flatMap((volume) => (volume && volume.Name !== '' ? [volume] : []));
    const before = new Map(this.#told);
    this.#told.clear();
    for (const volume of told) {
      const Mountpoint = volume.Mountpoint || (before.get(volume.Name)?.Mountpoint ?? '');
      this.#told.set(volume.Name, { ...volume, Mountpoint });
    }
    return { volumes: [...this.#told.keys()].map((name) => this.#volume(name)), warnings: [] };
  }

  async remove(name: string): Promise<void> {
    this.#mounts.refuseUsed(name);
    await this.#orNotFound(name, () => this.#call('Remove', { Name: name }));
    await this.forget(name);
  }

  async forget(name: string): Promise<void> {
    this.#told.delete(name);
    await this.#records.delete(this.name, name);
  }

  async mount(name: string, mountId: string): Promise<string> {
    const path = await this.#orNotFound(name, () => this.#mounts.mount(this.#volume(name), mountId));
    const told = this.#told.get(name);
    this.#told.set(name, { Name: name, CreatedAt: '', Status: undefined, ...told, Mountpoint: path });
    return path;
  }

  unmount(name: string, mountId: string): Promise<void> {
    return this.#mounts.unmount(name, mountId);
  }

  adopt(name: string, mountId: string): void {
    this.#mounts.adopt(name, mountId);
  }

  settle(): Promise<void> {
    return this.#mounts.settle();
  }

  #call(what: 'Create' | 'Remove', args: object, { slow = false } = {}): Promise<unknown> {
    return this.#connection.call({ method: `VolumeDriver.${what}`, arguments: args, schema: emptySchema, slow });
  }

  /** Docker's rule: a plugin that refuses to tell of a volume does not have it. */
  async #ask(name: string, { once }: { once: boolean }): Promise<PluginVolume | undefined> {
    try {
      const call = { method: 'VolumeDriver.Get', arguments: { Name: name }, schema: getSchema, once };
      return (await this.#connection.call(call)).Volume ?? undefined;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  async #pathOf(name: string): Promise<string> {
    const known = this.#told.get(name)?.Mountpoint ?? '';
    if (known !== '') return known;
    try {
      const call = { method: 'VolumeDriver.Path', arguments: { Name: name }, schema: mountSchema };
      return (await this.#connection.call(call)).Mountpoint;
    } catch (error) {
      if (isRefusal(error)) return '';
      throw error;
    }
  }

  /** Tells a failure on a volume that is not there from any other, by asking for it. */
  async #orNotFound<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isRefusal(error) && (await this.#ask(name, { once: true })) === undefined) {
        throw notFound('no such volume', error);
      }
      throw error;
    }
  }

  /** A socket that nobody is behind any more is no failure, so long as no volume hangs on it. */
  async #reachable(): Promise<boolean> {
    try {
      return await this.#connection.activate({ once: true });
    } catch (error) {
      if (isKind(error, 'unavailable') && isUnreachable((error as Error).cause)) return false;
      throw error;
    }
  }

  #volume(name: string): Volume {
    const record = this.#records.get(this.name, name);
    const told = this.#told.get(name);
    return {
      name,
      driver: this.name,
      mountpoint: mountpointOrNone(told?.Mountpoint ?? '', this.#forbidden),
      createdAt: record?.createdAt ?? timeOrUnknown(told?.CreatedAt ?? ''),
      labels: record?.labels ?? null,
      options: record?.options ?? null,
      scope: this.scope,
    };
  }
}

const timeOrUnknown = (time: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(time) ? time : unknownTime;
