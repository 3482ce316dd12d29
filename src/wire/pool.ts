import * as z from 'zod';

/*
 * Pools, below /holdfast/v1/pools: the places that volumes are kept in. Sizes in bytes, times RFC 3339.
 */

/** What a user can ask a pool to be. `xfs` is a file system of that kind; `reflink` whatever shares data among files. */
const poolDriverSchema = z.enum(['dir', 'btrfs', 'xfs', 'reflink', 'zfs']);

export const newPoolSchema = z.object({
  name: z.string(),
  driver: poolDriverSchema
    .optional()
    .describe('without it btrfs in a file, or what the file system at the path can do'),
  size: z.number().int().positive().optional().describe('makes a file with a file system of that many bytes'),
  path: z.string().optional().describe('a folder on this host, absolute'),
});
export type NewPool = z.output<typeof newPoolSchema>;

export const poolSummarySchema = z.object({
  name: z.string(),
  driver: z.string().describe('dir, reflink or btrfs'),
  path: z.string().describe('the folder that its volumes are in'),
  size: z.number().nullable().describe('of the file that it is in; null for a folder'),
  isDefault: z.boolean().describe('volumes are made here that name no pool'),
  volumes: z.number(),
  total: z.number().describe('bytes of its file system'),
  available: z.number(),
  instantCopies: z.boolean().describe('snapshots and clones take no time and no room'),
  limits: z.boolean().describe('volumes can be limited'),
  problem: z.string().nullable().describe('why it cannot be reached'),
  createdAt: z.string().nullable(),
});
export type PoolSummary = z.output<typeof poolSummarySchema>;
