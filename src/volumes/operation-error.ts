import { HoldfastError, messageOf, systemError } from '../errors/index.ts';

/** Puts `create NAME: ` and the like before a message, as Docker does; the kind stays. What is no error of ours is the system's. */
export function failedTo(operation: string, name: string, error: unknown): HoldfastError {
  const message = `${operation} ${name}: ${messageOf(error)}`;
  return error instanceof HoldfastError
    ? new HoldfastError(error.kind, message, { cause: error })
    : systemError(message, error);
}
