import { Rounds } from '../../async/index.ts';
import { fsyncPath } from './fsync-path.ts';

/** Makes changes to one folder durable, for many at a time: a thousand parallel removals do not take a thousand rounds of the disk. */
export class GroupSync {
  readonly #rounds: Rounds;

  constructor(folder: string) {
    this.#rounds = new Rounds(() => fsyncPath(folder));
  }

  /** Resolves once everything done to the folder before this call is on disk. */
  sync(): Promise<void> {
    return this.#rounds.run();
  }
}
