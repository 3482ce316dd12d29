import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { UseSample } from './fit.ts';

/** By what is watched: milliseconds since the epoch, and bytes used. */
const schema = z.record(z.string(), z.array(z.tuple([z.number(), z.number()])));

/** The samples of an earlier daemon; none where they cannot be read, since new ones come. */
export function readSamples(file: string): Map<string, UseSample[]> {
  const entries = Object.entries(readRows(file));
  return new Map(entries.map(([key, rows]) => [key, rows.map(([at, used]) => ({ at, used }))]));
}

function readRows(file: string): z.output<typeof schema> {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? {};
  } catch {
    return {};
  }
}

/** Replaces the file. Not synced: see {@link readSamples}. */
export function writeSamples(file: string, samples: ReadonlyMap<string, readonly UseSample[]>): void {
  const rows = [...samples].map(([key, each]) => [key, each.map(({ at, used }) => [at, used])]);
  writeFileSync(`${file}.tmp`, JSON.stringify(Object.fromEntries(rows)), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
