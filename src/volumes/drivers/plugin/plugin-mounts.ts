import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemError } from '../../../errors/index.ts';
import type { Log } from '../../../host/index.ts';
import { MountUsers } from '../../mount-users.ts';
import type { Volume } from '../../volume.ts';
import { checkMountpoint, emptySchema, isRefusal, mountSchema, refusal } from './answers.ts';
import type { PluginConnection } from './connection.ts';

interface PluginMountsOptions {
  connection: PluginConnection;
  runRoot: string;
  forbidden: readonly string[];
  log: Log;
}

/**
 * Mounts of a plugin's volumes: each use of a volume is one Mount and one Unmount with an id of its own, the same for
 * both (semantics 26.6). The id is made from ours, so that a later daemon knows it too.
 */
export class PluginMounts {
  readonly #connection: PluginConnection;
  readonly #forbidden: readonly string[];
  readonly #users: MountUsers;
  readonly #log: Log;
  readonly #paths = new Map<string, string>();

  constructor({ connection, runRoot, forbidden, log }: PluginMountsOptions) {
    this.#connection = connection;
    this.#forbidden = forbidden;
    this.#log = log;
    this.#users = new MountUsers(join(runRoot, connection.name));
    this.#users.restore();
  }

  /** @returns the path to bind. @throws a refusal; system for a path that must not be bound. */
  async mount({ name, mountpoint }: Volume, mountId: string): Promise<string> {
    const known = this.#paths.get(mountId);
    if (known !== undefined && this.#users.has(name, mountId)) return known;
    // Noted before: should the daemon be killed meanwhile, the plugin mounts all the same, and is told to unmount.
    this.#users.add(name, mountId, { noted: true });
    try {
      const path = await this.#mount(name, mountId);
      this.#paths.set(mountId, path);
      return path;
    } catch (error) {
      this.#users.delete(name, mountId, { noted: true });
      const message = `error while mounting volume '${mountpoint || name}': ${messageOf(error)}`;
      throw isRefusal(error) ? refusal(message) : systemError(message, error);
    }
  }

  /** The mount counts as given back whatever the plugin says; one that says nothing is told again by the next daemon. */
  async unmount(name: string, mountId: string): Promise<void> {
    if (!this.#users.has(name, mountId)) return;
    this.#users.delete(name, mountId, { noted: false });
    this.#paths.delete(mountId);
    try {
      await this.#unmount(name, mountId);
    } catch (error) {
      if (isRefusal(error)) this.#users.note(name);
      throw error;
    }
    this.#users.note(name);
  }

  adopt(name: string, mountId: string): void {
    this.#users.add(name, mountId, { noted: true });
  }

  /** Gives back what nobody adopted; each plugin at its own pace. */
  async settle(): Promise<void> {
    for (const { name, mountId } of this.#users.takeUnconfirmed()) {
      try {
        await this.unmount(name, mountId);
      } catch (error) {
        this.#log.warn({ volume: name, plugin: this.#connection.name, err: error }, 'could not unmount a volume');
      }
    }
  }

  /** @throws system `volume has active mounts`. */
  refuseUsed(name: string): void {
    if (this.#users.count(name) > 0) throw systemError('volume has active mounts');
  }

  async #mount(name: string, mountId: string): Promise<string> {
    const call = { method: 'VolumeDriver.Mount', arguments: { Name: name, ID: idOf(mountId) }, schema: mountSchema };
    const { Mountpoint } = await this.#connection.call({ ...call, slow: true });
    try {
      checkMountpoint(Mountpoint, this.#forbidden);
      // A link may lead where the path itself must not.
      checkMountpoint(await realPathOf(Mountpoint), this.#forbidden);
      return Mountpoint;
    } catch (error) {
      await this.#unmount(name, mountId).catch(() => undefined);
      throw error;
    }
  }

  async #unmount(name: string, mountId: string): Promise<void> {
    const call = { method: 'VolumeDriver.Unmount', arguments: { Name: name, ID: idOf(mountId) }, schema: emptySchema };
    await this.#connection.call(call);
  }
}

/** A mountpoint for users to see: "" instead of what must not be bound. */
export function mountpointOrNone(path: string, forbidden: readonly string[]): string {
  try {
    checkMountpoint(path, forbidden);
    return path;
  } catch {
    return '';
  }
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw systemError(`the plugin's mountpoint ${path} cannot be used: ${messageOf(error)}`, error);
  }
}

const idOf = (mountId: string): string => createHash('sha256').update(mountId).digest('hex');
