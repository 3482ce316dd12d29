import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors/index.ts';

const attempts = 10;
const pauseMs = 50;

/**
 * Freezes a container. The v1 freezer misses processes that come to be while it works, and runc then gives up and thaws
 * again: on a busy machine a later try succeeds.
 * @throws what the runtime says, where it never does
 */
export async function pauseContainer(freeze: () => Promise<void>): Promise<void> {
  for (let left = attempts - 1; ; left -= 1) {
    try {
      return await freeze();
    } catch (error) {
      if (left === 0 || !/unable to freeze/.test(messageOf(error))) throw error;
    }
    await delay(pauseMs);
  }
}
