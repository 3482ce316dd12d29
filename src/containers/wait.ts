import { invalidArgument } from '../errors/index.ts';
import type { Container, Exit } from './container.ts';

/** What a wait answers once its condition holds. */
export interface WaitResult {
  StatusCode: number;
  Error?: { Message: string };
}

/**
 * Starts waiting for a condition: `not-running` (or ""), `next-exit`, `removed`. The promise of the result is inside
 * an object, so that a caller can answer its headers once the wait is in place: `docker run` starts only after that.
 * @throws invalid-argument for another condition.
 */
export function waitFor(container: Container, condition: string): { result: Promise<WaitResult> } {
  switch (condition) {
    case '':
    case 'not-running':
      return {
        result: container.isUp ? resultOf(untilDown(container)) : Promise.resolve(present(container)),
      };
    case 'next-exit':
      return { result: resultOf(Promise.race([container.nextExit.promise, container.removed.promise])) };
    case 'removed':
      return { result: resultOf(container.removed.promise) };
    default:
      throw invalidArgument(`invalid condition: "${condition}"`);
  }
}

/** The end of a run that is not followed by another. */
async function untilDown(container: Container): Promise<Exit> {
  for (;;) {
    const exit = await container.nextExit.promise;
    if (!container.isUp) return exit;
  }
}

const present = (container: Container): WaitResult => ({ StatusCode: container.state.exitCode });

async function resultOf(end: Promise<Exit>): Promise<WaitResult> {
  const { exitCode, error } = await end;
  return error === '' ? { StatusCode: exitCode } : { StatusCode: exitCode, Error: { Message: error } };
}
