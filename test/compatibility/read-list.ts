import { readFileSync } from 'node:fs';

/** The lines of a list beside this file, without its comment. */
export function readList(name: string): string[] {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
