import { constants } from 'node:os';
import { HoldfastError, invalidArgument, systemError } from '../errors/index.ts';
import { libc } from './libc.ts';

/** A failed system call: a `system` error that also says which errno it was. */
export type HostError = HoldfastError & { readonly code: string; readonly errno: number };

let names: Map<number, string> | undefined;

/** The name of an errno number, such as `ENOENT` for 2. */
export function errnoName(errno: number): string {
  if (names === undefined) {
    names = new Map();
    for (const [name, number] of Object.entries({ ...libc().errnoNames, ...constants.errno })) {
      // EWOULDBLOCK and EOPNOTSUPP are second names of EAGAIN and ENOTSUP; Node reports the first.
      if (!names.has(number) || name === 'EAGAIN' || name === 'ENOTSUP') names.set(number, name);
    }
  }
  return names.get(errno) ?? `E${errno}`;
}

/** The words for an errno number or name, as Go prints them: `no such file or directory`. */
export function errnoText(errno: number | string): string {
  const number = typeof errno === 'number' ? errno : errnoNumber(errno);
  if (number === undefined) return String(errno).toLowerCase();
  const text = libc().strerror(number);
  // Only a leading capital is lowered: `RFS specific error` keeps its acronym.
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function errnoNumber(code: string): number | undefined {
  return (constants.errno as Record<string, number>)[code] ?? libc().errnoNames[code];
}

/** An error for a failed call: `<operation>: <words of errno>`, with `.code` and `.errno`. */
export function hostError(operation: string, errno: number | string, cause?: unknown): HostError {
  const number = typeof errno === 'number' ? errno : (errnoNumber(errno) ?? 0);
  const code = typeof errno === 'number' ? errnoName(errno) : errno;
  return Object.assign(systemError(`${operation}: ${errnoText(errno)}`, cause), { code, errno: number });
}

/** The error of the libc call that just failed on this thread. */
export function lastError(operation: string): HostError {
  return hostError(operation, libc().errno());
}

/** The errno name an error carries, whether ours or Node's; undefined where it carries none. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Turns what node:fs threw into a HoldfastError worded `<operation>: <words of errno>`; others pass through. */
export function fromNode(error: unknown, operation: string): unknown {
  if (error instanceof HoldfastError) return error;
  const code = codeOf(error);
  return code !== undefined && errnoNumber(code) !== undefined ? hostError(operation, code, error) : error;
}

/** A path as the NUL-terminated bytes C takes. A NUL inside would silently cut the path short, so it is refused. */
export function cString(text: string): Buffer {
  if (text.includes('\0')) throw invalidArgument(`${JSON.stringify(text)} contains a NUL byte`);
  return Buffer.from(`${text}\0`);
}
