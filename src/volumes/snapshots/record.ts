import * as z from 'zod';
import { invalidArgument } from '../../errors/index.ts';
import { isFolderName } from '../name.ts';

/**
 * How far the data in a snapshot fits together. `stopped`: nobody used it. `frozen`: whoever used it stood still, so it is as
 * after a power cut, which every database recovers from. `running`: it was copied while it was written to. `unknown`: the
 * snapshot's record cannot be read.
 */
export type Consistency = 'stopped' | 'frozen' | 'running' | 'unknown';

/** A volume's data as it was at one moment. */
export interface Snapshot {
  readonly volume: string;
  readonly name: string;
  /** RFC 3339 with milliseconds: the moment that the data is of. */
  readonly createdAt: string;
  /** Made by a schedule, whose retention may remove it. */
  readonly automatic: boolean;
  readonly consistency: Consistency;
  /** For how many milliseconds containers stood still for it. */
  readonly frozenMs: number;
}

const schemaVersion = 1;

const schema = z.object({
  schemaVersion: z.literal(schemaVersion),
  name: z.string(),
  createdAt: z.iso.datetime({ offset: true }),
  automatic: z.boolean(),
  consistency: z.enum(['stopped', 'frozen', 'running', 'unknown']),
  frozenMs: z.number(),
});

export function encodeSnapshot({
  name,
  createdAt,
  automatic,
  consistency,
  frozenMs,
}: Omit<Snapshot, 'volume'>): string {
  return `${JSON.stringify({ schemaVersion, name, createdAt, automatic, consistency, frozenMs })}\n`;
}

/** What a record says, but for the name, which its folder has; undefined where it is damaged or by a newer version. */
export function decodeSnapshot(text: string): Omit<Snapshot, 'volume' | 'name'> | undefined {
  try {
    const { createdAt, automatic, consistency, frozenMs } = schema.parse(JSON.parse(text));
    return { createdAt, automatic, consistency, frozenMs };
  } catch {
    return undefined;
  }
}

/** @throws invalid-argument for a name that cannot be a snapshot's. */
export function checkSnapshotName(name: string): void {
  if (isFolderName(name) && name.length <= longestName) return;
  throw invalidArgument(
    `${JSON.stringify(name)} cannot be a snapshot's name: write letters, digits, "_", "." and "-", beginning with a letter or digit, ${longestName} at most`,
  );
}

const longestName = 128;

/** A name that says when: `2026-01-31T03-00-00Z`. */
export const nameOfTime = (time: Date): string =>
  time
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
