import { messageOf, systemError } from '../../../errors/index.ts';
import { isMountpoint, type Log, mountTable } from '../../../host/index.ts';
import { MountUsers } from '../../mount-users.ts';
import { optionMount } from '../../options.ts';
import type { Volume } from '../../volume.ts';
import { attach, detach } from './attach.ts';
import type { LocalPools } from './local-pools.ts';

/** What the mounts of local volumes need to know. */
export interface LocalMountsOptions {
  runRoot: string;
  pools: LocalPools;
  log: Log;
}

/**
 * The mounts of local volumes: counted for all, and really made for those whose options describe one, at the first use
 * and until the last.
 */
export class LocalMounts {
  readonly #pools: LocalPools;
  readonly #users: MountUsers;
  readonly #log: Log;
  #tidied: Promise<void>;

  constructor({ runRoot, pools, log }: LocalMountsOptions) {
    this.#pools = pools;
    this.#log = log;
    this.#users = new MountUsers(runRoot);
    this.#users.restore();
    this.#tidied = this.#detachLeftovers();
  }

  async mount(volume: Volume, mountId: string): Promise<void> {
    const wanted = optionMount(volume.options);
    if (wanted !== undefined) {
      await this.#tidied;
      // Asked of the kernel rather than remembered: an earlier daemon may have mounted it, and an admin unmounted it.
      if (!isMountpoint(volume.mountpoint)) await attach(volume.mountpoint, wanted);
    }
    this.#users.add(volume.name, mountId, { noted: wanted !== undefined });
  }

  async unmount(name: string, mountId: string): Promise<void> {
    if (!this.#users.has(name, mountId)) return;
    const attached = this.#optionVolume(name);
    this.#users.delete(name, mountId, { noted: attached !== undefined });
    if (attached !== undefined && this.#users.count(name) === 0) await detach(attached.mountpoint);
  }

  count(name: string): number {
    return this.#users.count(name);
  }

  adopt(name: string, mountId: string): void {
    this.#users.add(name, mountId, { noted: this.#optionVolume(name) !== undefined });
  }

  async settle(): Promise<void> {
    await this.#tidied;
    for (const { name, mountId } of this.#users.takeUnconfirmed()) await this.unmount(name, mountId);
  }

  /** Makes sure that nothing is mounted in a volume that is about to go. @throws system where it is in use. */
  async refuseUsedAndDetach(name: string, data: string): Promise<void> {
    if (this.#users.count(name) > 0) throw systemError('volume has active mounts');
    if (!isMountpoint(data)) return;
    await detach(data);
    // Mounted more than once, which only a person does; what is in there is not the volume's to delete.
    if (isMountpoint(data)) throw systemError(`${data} is a mountpoint: unmount it first`);
  }

  /** Looks again for what an earlier daemon left mounted, in a pool that was taken up since. */
  tidyAgain(): void {
    this.#tidied = this.#tidied.then(() => this.#detachLeftovers());
  }

  /** Resolves once what an earlier daemon left mounted is gone. */
  tidied(): Promise<void> {
    return this.#tidied;
  }

  /**
   * Takes away what was mounted for somebody who is gone: a daemon was killed between mounting and noting it, or between
   * the end of a container and unmounting.
   */
  async #detachLeftovers(): Promise<void> {
    // Behind the start-up, which counts what goes on running.
    await new Promise(setImmediate);
    for (const { mountpoint } of mountTable()) {
      const name = this.#pools.volumeAt(mountpoint);
      if (name === undefined || this.#users.count(name) > 0 || this.#optionVolume(name) === undefined) continue;
      try {
        await detach(mountpoint);
      } catch (error) {
        this.#log.warn(
          { volume: name, err: messageOf(error) },
          'could not unmount what an earlier daemon left mounted',
        );
      }
    }
  }

  /** The volume of that name, where its options describe a mount. */
  #optionVolume(name: string): Volume | undefined {
    try {
      const volume = this.#pools.find(name);
      return optionMount(volume?.options ?? null) === undefined ? undefined : volume;
    } catch {
      // A record that cannot be read says of no mount; the volume cannot be mounted anew either.
      return undefined;
    }
  }
}
