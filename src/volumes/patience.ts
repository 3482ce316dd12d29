import { unavailable } from '../errors/index.ts';
import type { VolumeDriver } from './volume.ts';

/** How long a question is waited for that must not keep anybody, in milliseconds. */
const defaultBound = 2000;

/**
 * Asks drivers what has to be answered soon, whether they answer or not: a plugin that hangs must not keep a list, or
 * the making of another volume. A driver that has kept somebody waiting is not waited for again until it has answered.
 */
export class Patience {
  readonly #bound: number;
  readonly #owing = new Set<VolumeDriver>();

  constructor(bound: number = defaultBound) {
    this.#bound = bound;
  }

  /** @throws unavailable where there is no answer in time; what `question` throws. */
  async ask<T>(driver: VolumeDriver, question: () => Promise<T>): Promise<T> {
    if (this.#owing.has(driver)) throw late(driver);
    const answer = question();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#wait(driver, answer);
        reject(late(driver));
      }, this.#bound);
    });
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  #wait(driver: VolumeDriver, answer: Promise<unknown>): void {
    this.#owing.add(driver);
    const over = () => void this.#owing.delete(driver);
    answer.then(over, over);
  }
}

const late = (driver: VolumeDriver) => unavailable(`driver "${driver.name}" does not answer`);
