import { posix } from 'node:path';
import { invalidArgument } from '../../errors/index.ts';

/** A path as the key of a mount: separators forward, no `.` or `..`, no doubled or final slash. */
export function cleanPath(path: string): string {
  const clean = posix.normalize(path.replaceAll('\\', '/'));
  return clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
}

/** Checks where something is to be mounted. @throws invalid-argument with Docker's words. */
export function checkDestination(path: string): void {
  if (path === '') throw invalidArgument('field Target must not be empty');
  if (cleanPath(path) === '/') throw invalidArgument("invalid specification: destination can't be '/'");
  checkAbsolute(path);
}

/** @throws invalid-argument with Docker's words. */
export function checkAbsolute(path: string): void {
  if (path.includes('\0')) throw invalidArgument(`invalid mount path: ${JSON.stringify(path)} contains a NUL byte`);
  if (path.replaceAll('\\', '/').startsWith('/')) return;
  throw invalidArgument(`invalid mount path: '${path}' mount path must be absolute`);
}

/** Whether a path stays inside whatever it is taken from, by its words alone (links are another matter). */
export function isLocalPath(path: string): boolean {
  if (path === '' || path.startsWith('/') || path.includes('\0')) return false;
  const clean = posix.normalize(path);
  return clean !== '..' && !clean.startsWith('../');
}
