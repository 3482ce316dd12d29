import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

/** A volume's name, the bytes in it, and when that was so, in milliseconds since the epoch. */
const schema = z.array(z.tuple([z.string(), z.number(), z.number()]));

/** The figures that were written down; none where they cannot be read, since they can be taken again. */
export function readSizes(file: string): z.output<typeof schema> {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? [];
  } catch {
    return [];
  }
}

/** Replaces the file. Not synced: see {@link readSizes}. */
export function writeSizes(file: string, figures: ReadonlyMap<string, { bytes: number; at: number }>): void {
  const rows = [...figures].map(([name, { bytes, at }]) => [name, bytes, at]);
  writeFileSync(`${file}.tmp`, JSON.stringify(rows), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
