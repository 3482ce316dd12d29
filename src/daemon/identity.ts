import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurable } from '../host/index.ts';

/** The name of this data root among others, made once: what /info calls `ID`. */
export async function engineId(dataRoot: string): Promise<string> {
  const path = join(dataRoot, 'engine-id');
  try {
    const known = readFileSync(path, 'utf8').trim();
    if (known !== '') return known;
  } catch {
    // The first start on this data root: it gets its name below.
  }
  const id = randomUUID();
  await writeDurable(path, `${id}\n`, { mode: 0o644 });
  return id;
}
