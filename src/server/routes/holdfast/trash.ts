import * as z from 'zod';
import { parseAge } from '../../../wire/index.ts';
import type { Route } from '../../call.ts';
import type { VolumeFacts } from '../volumes/backend.ts';
import { answerVolume, volumeSchema } from './volumes.ts';

/** Something in the trash; times in milliseconds since the epoch. */
interface TrashFacts {
  readonly id: string;
  readonly volume: VolumeFacts;
  readonly pool: { readonly name: string };
  readonly discardedAt: number;
  readonly expiresAt: number;
  /** Bytes; undefined while it is not measured. */
  readonly size: number | undefined;
}

/** What the trash's routes need of the engine. */
export interface TrashBackend {
  list(): readonly TrashFacts[];
  restore(request: { reference: string; as: string }): Promise<VolumeFacts>;
  remove(reference: string): Promise<void>;
  empty(options: { olderThanMs: number }): Promise<{ deleted: readonly string[]; reclaimed: number }>;
}

const map = z.record(z.string(), z.string()).nullable();
const itemSchema = z.object({
  id: z.string(),
  name: z.string().describe('What the volume was called'),
  driver: z.string(),
  pool: z.string(),
  labels: map,
  options: map,
  createdAt: z.string(),
  removedAt: z.string(),
  goesAt: z.string().describe('When it is deleted, if there is room for it that long'),
  size: z.number().nullable().describe('Bytes; null while it is not measured'),
});
const restoreSchema = z.object({
  reference: z
    .string()
    .default('')
    .describe('An id, or a name for the last one of that name; empty for the last of all'),
  as: z.string().default('').describe('Another name for the volume'),
});
const emptySchema = z.object({ olderThan: z.string().default('0').describe('How long it has been there: 3d, 12h') });
const emptiedSchema = z.object({ deleted: z.array(z.string()), reclaimed: z.number() });

/** /holdfast/v1/trash: removed volumes that can still be had back. */
export function trashRoutes(trash: TrashBackend): Route[] {
  return [
    {
      method: 'GET',
      path: '/holdfast/v1/trash',
      about: { summary: 'Removed volumes, oldest first', answer: z.object({ items: z.array(itemSchema) }) },
      handle: (call) => call.json(200, { items: trash.list().map(item) }),
    },
    {
      method: 'POST',
      path: '/holdfast/v1/trash/restore',
      about: { summary: 'Make a volume of a removed one again', body: restoreSchema, answer: volumeSchema },
      handle: async (call) => answerVolume(call, await trash.restore(await call.body(restoreSchema))),
    },
    {
      method: 'POST',
      path: '/holdfast/v1/trash/empty',
      about: { summary: 'Delete removed volumes for good', body: emptySchema, answer: emptiedSchema },
      handle: async (call) => {
        const { olderThan } = await call.body(emptySchema);
        call.json(200, await trash.empty({ olderThanMs: parseAge(olderThan) }));
      },
    },
    {
      method: 'DELETE',
      path: '/holdfast/v1/trash/:reference',
      about: { summary: 'Delete one removed volume for good, by its id or name' },
      handle: async (call) => {
        await trash.remove(call.inPath('reference'));
        call.empty(204);
      },
    },
  ];
}

function item({ id, volume, pool, discardedAt, expiresAt, size }: TrashFacts): z.input<typeof itemSchema> {
  const { name, driver, labels, options, createdAt } = volume;
  return {
    id,
    name,
    driver,
    pool: pool.name,
    labels,
    options,
    createdAt,
    removedAt: new Date(discardedAt).toISOString(),
    goesAt: new Date(expiresAt).toISOString(),
    size: size ?? null,
  };
}
