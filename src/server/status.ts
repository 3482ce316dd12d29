import type { ErrorKind } from '../errors/index.ts';

/** What each kind of error is over HTTP. The only place in the engine that knows. */
const STATUS: Readonly<Record<ErrorKind, number>> = {
  'invalid-argument': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'not-modified': 304,
  'not-implemented': 501,
  unavailable: 503,
  // The client has gone; the number is for the log alone.
  cancelled: 499,
  system: 500,
};

export const statusOf = (kind: ErrorKind): number => STATUS[kind];
