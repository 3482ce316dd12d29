import { invalidArgument } from '../errors/index.ts';
import { isMover, isResizer, type MoveOptions } from './capabilities.ts';
import type { Core } from './core.ts';
import { failedTo } from './operation-error.ts';
import type { Volume } from './volume.ts';

/** Which pool a volume is in, and how much it may hold there. */
export class Placement {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Changes how much a volume may hold. See {@link resizeVolume} and Resizer for what is thrown. */
  resize(name: string, size: string): Promise<Volume> {
    return this.#core.locks.hold(name, () => resizeVolume(this.#core, name, size));
  }

  /** Moves a volume to another pool. See {@link moveVolume} and Mover for what is thrown. */
  move(name: string, to: MoveOptions & { pool: string }): Promise<Volume> {
    return this.#core.locks.hold(name, () => moveVolume(this.#core, name, to));
  }
}

/**
 * Changes how much a volume may hold; the caller holds the lock of its name. Raises `resize`.
 * @param size as the option `size` takes it; "0" for no limit.
 */
async function resizeVolume(core: Core, name: string, size: string): Promise<Volume> {
  try {
    const { driver } = await core.store.require(name);
    if (!isResizer(driver)) throw invalidArgument(`driver "${driver.name}" cannot limit a volume`);
    const volume = await driver.resize(name, size);
    core.emit({ type: 'volume', action: 'resize', id: name, attributes: { driver: driver.name, size } });
    return volume;
  } catch (error) {
    throw failedTo('resize', name, error);
  }
}

/** Moves a volume to another pool; the caller holds the lock of its name. Raises `move`. See Mover for what is thrown. */
async function moveVolume(core: Core, name: string, to: MoveOptions & { pool: string }): Promise<Volume> {
  try {
    const { driver } = await core.store.require(name);
    if (!isMover(driver)) throw invalidArgument(`driver "${driver.name}" has no pools`);
    const { volume, from } = await driver.move(name, to.pool, to);
    core.emit({ type: 'volume', action: 'move', id: name, attributes: { driver: driver.name, from, to: to.pool } });
    return volume;
  } catch (error) {
    throw failedTo('move', name, error);
  }
}
