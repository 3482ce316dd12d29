import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidArgument } from '../errors/index.ts';
import type { App } from './app.ts';

/** The text of a file the user named, relative to where the command runs. @throws invalid-argument in Go's words. */
export function readUserFile(app: App, file: string): string {
  try {
    return readFileSync(resolve(app.cwd, file), 'utf8');
  } catch (error) {
    throw fileError('open', file, error);
  }
}

const WORDS: Record<string, string> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
};

/** A failed file operation as Go words it: `open x: no such file or directory`. */
export function fileError(operation: string, file: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return invalidArgument(`${operation} ${file}: ${WORDS[code] ?? code}`, error);
}
