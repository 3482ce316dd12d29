import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../errors/index.ts';
import { codeOf } from '../../host/index.ts';
import type { ContainerGroups } from './groups.ts';

/** How long processes may take to stand still, in milliseconds: one that waits for a disk does not before that answers. */
const longestMs = 5000;
const lookEveryMs = 1;

/**
 * Stops and goes on with all processes of a container by the kernel's freezer (cgroup-v1 freezer-subsystem.rst, cgroup-v2.rst
 * `cgroup.freeze`), without the OCI runtime, which takes a hundred times as long. Processes notice nothing but the time.
 */
export class GroupFreezer {
  readonly #groups: ContainerGroups;

  constructor(groups: ContainerGroups) {
    this.#groups = groups;
  }

  /** The file that thaws, and what is to be written to it. @throws unavailable where the kernel has no freezer. */
  get order(): { file: string; word: string } {
    const folder = this.#groups.folder('freezer');
    if (folder === undefined) throw unavailable('containers cannot be frozen: this host has no cgroup freezer');
    return this.#groups.isUnified
      ? { file: join(folder, 'cgroup.freeze'), word: '0' }
      : { file: join(folder, 'freezer.state'), word: 'THAWED' };
  }

  /** Returns once all stand still, or have ended. @throws unavailable where they do not in time; they are thawed again then. */
  async freeze(): Promise<void> {
    const { file } = this.order;
    const word = this.#groups.isUnified ? '1' : 'FROZEN';
    const until = performance.now() + longestMs;
    // Written again at each look: the v1 freezer misses processes that come to be while it works.
    while (this.#write(file, word) && !this.isFrozen) {
      if (performance.now() > until) {
        this.thaw();
        throw unavailable(`its processes did not stand still within ${longestMs / 1000} seconds`);
      }
      await delay(lookEveryMs);
    }
  }

  get isFrozen(): boolean {
    return this.#groups.isUnified
      ? this.#groups.table('', 'cgroup.events').frozen === 1
      : this.#groups.read('freezer', 'freezer.state')?.trim() === 'FROZEN';
  }

  /** Nothing happens where they are not frozen, or gone. */
  thaw(): void {
    const { file, word } = this.order;
    this.#write(file, word);
  }

  /** @returns false where the group is gone: whoever was in it has ended. */
  #write(file: string, word: string): boolean {
    try {
      writeFileSync(file, word);
      return true;
    } catch (error) {
      if (['ENOENT', 'ENODEV'].includes(codeOf(error) ?? '')) return false;
      throw error;
    }
  }
}
