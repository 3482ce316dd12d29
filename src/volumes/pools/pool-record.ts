import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { messageOf, systemError } from '../../errors/index.ts';

/** What is known of a pool: made once, never changed. */
export interface PoolRecord {
  name: string;
  /** The file system in its file; `folder` for a pool at a path. */
  kind: 'btrfs' | 'xfs' | 'ext4' | 'folder';
  /** Bytes of its file; null at a path. */
  size: number | null;
  /** The user's folder, absolute; null in a file. */
  path: string | null;
  /** RFC 3339. */
  createdAt: string;
}

const schema = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  kind: z.enum(['btrfs', 'xfs', 'ext4', 'folder']),
  size: z.number().nullable(),
  path: z.string().nullable(),
  createdAt: z.string(),
});

export const encodePool = (record: PoolRecord): string => `${JSON.stringify({ schemaVersion: 1, ...record })}\n`;

/** Reads a pool's record. @throws system where it is damaged, or of a newer version. */
export function readPool(file: string): PoolRecord {
  try {
    const { schemaVersion: _, ...record } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return record;
  } catch (error) {
    throw systemError(`its record ${file} cannot be read: ${messageOf(error).split('\n')[0]}`, error);
  }
}
