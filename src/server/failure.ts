import { HoldfastError } from '../errors/index.ts';
import type { Log } from '../host/index.ts';
import { statusOf } from './status.ts';

/** A failure as a client is told it. */
export interface Failure {
  status: number;
  message: string;
}

const UNEXPECTED = 'the engine failed unexpectedly; its log tells more';

/**
 * What to tell a client of a thrown value. Messages of the engine's own errors are written for users; any other
 * exception is a defect whose words could hold anything, so they go to the log only.
 */
export function failureOf(error: unknown, log: Log): Failure {
  if (error instanceof HoldfastError) {
    const status = statusOf(error.kind);
    if (error.kind === 'system') log.error({ err: error.cause ?? error }, error.message);
    return { status, message: error.message };
  }
  log.error({ err: error }, 'unexpected failure of a request');
  return { status: 500, message: UNEXPECTED };
}

/** The body of every error answer. */
export const errorBody = (message: string): string => `${JSON.stringify({ message })}\n`;
