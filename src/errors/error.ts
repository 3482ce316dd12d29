/**
 * The closed set of what can go wrong, by kind and not by resource. The server alone turns a kind into an HTTP status
 * (server/status.ts); no other code knows HTTP.
 */
export type ErrorKind =
  | 'invalid-argument'
  | 'not-found'
  | 'conflict'
  | 'unavailable'
  | 'forbidden'
  | 'unauthorized'
  | 'not-modified'
  | 'not-implemented'
  | 'cancelled'
  | 'system';

const brand = Symbol.for('holdfast.error');

/** An error whose message is meant for the user: it names the thing and, where there is one, the next step. */
export class HoldfastError extends Error {
  readonly kind: ErrorKind;
  readonly [brand] = true;

  /** @param options.cause what led to it, kept for the daemon's log and never shown to users. */
  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'HoldfastError';
    this.kind = kind;
  }

  /** Branded rather than by prototype, so that errors of a second copy of this module are recognised too. */
  static override [Symbol.hasInstance](value: unknown): value is HoldfastError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }
}

const maker =
  (kind: ErrorKind) =>
  (message: string, cause?: unknown): HoldfastError =>
    new HoldfastError(kind, message, cause === undefined ? undefined : { cause });

export const invalidArgument = maker('invalid-argument');
export const notFound = maker('not-found');
export const conflict = maker('conflict');
export const unavailable = maker('unavailable');
export const forbidden = maker('forbidden');
export const unauthorized = maker('unauthorized');
export const notModified = maker('not-modified');
export const notImplemented = maker('not-implemented');
export const cancelled = maker('cancelled');
export const systemError = maker('system');

/** Tells whether `error` is a HoldfastError of the given kind. */
export function isKind(error: unknown, kind: ErrorKind): boolean {
  return error instanceof HoldfastError && error.kind === kind;
}

/** The words of any thrown value, for wrapping into another message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
