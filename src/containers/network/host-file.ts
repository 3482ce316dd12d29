import { readFileSync } from 'node:fs';

/** A text file of the host; "" where the host is without it. */
export function hostFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
