import { HoldfastError, messageOf } from '../errors/index.ts';
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
  const status = clientFault(error);
  if (status !== undefined) return { status, message: messageOf(error) };
  log.error({ err: error }, 'unexpected failure of a request');
  return { status: 500, message: UNEXPECTED };
}

/** The framework's own complaints about a request (a malformed URL) carry a status below 500. */
function clientFault(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return undefined;
  const { statusCode, code } = error;
  const ours = typeof code === 'string' && code.startsWith('FST_');
  return ours && typeof statusCode === 'number' && statusCode < 500 ? statusCode : undefined;
}

/** The body of every error answer; as bytes, since to text the framework adds a charset that Docker does not send. */
export const errorBody = (message: string): Buffer => Buffer.from(`${JSON.stringify({ message })}\n`);
