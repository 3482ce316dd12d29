import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OciProcess, OciSpec } from './oci.ts';
import { unlimited } from './ulimits.ts';

const RLIM_INFINITY = '18446744073709551615';

/** The specification as text. "No limit" becomes RLIM_INFINITY, which no JavaScript number and so no JSON.stringify writes. */
export function specJson(value: OciSpec | OciProcess): string {
  // Random, so that no text of the user's can pass for it.
  const mark = randomUUID();
  const text = JSON.stringify(value, (_key, each: unknown) => (each === unlimited ? mark : each));
  return text.replaceAll(`"${mark}"`, RLIM_INFINITY);
}

/** Makes the folder a container is created from. It lives no longer than the container runs, so nothing is synced. */
export function writeBundle(dir: string, spec: OciSpec): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, 'config.json'), specJson(spec), { mode: 0o600 });
}
