import * as z from 'zod';
import type { Filters } from '../../../wire/index.ts';

const time = z.iso.datetime().nullable();

/** A volume as `volume ls --long` shows it. */
export const volumeViewSchema = z.object({
  name: z.string(),
  driver: z.string(),
  /** "" for a volume that is kept elsewhere. */
  pool: z.string(),
  createdAt: z.string(),
  labels: z.record(z.string(), z.string()).nullable(),
  /** Made without a name, for a container. */
  anonymous: z.boolean(),
  protected: z.boolean(),
  size: z.number().nullable().describe('bytes; null where it is not known, or not yet'),
  sizeAt: time.describe('when the size was so'),
  limit: z.number().nullable().describe('bytes that it may hold; null for no limit'),
  users: z
    .array(z.object({ id: z.string(), name: z.string(), running: z.boolean() }))
    .describe('the containers that refer to it'),
  lastUsedAt: time.describe('when a container last had it mounted, or began to; null for never'),
  lastBackupAt: time,
});
export type VolumeViewAnswer = z.output<typeof volumeViewSchema>;

const container = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  project: z.string().describe('of Compose; "" for none'),
  service: z.string(),
});

const historySchema = z.object({
  createdFor: container.nullable().describe('the container that it was made for; null where a user made it'),
  users: z
    .array(
      container.extend({
        destination: z.string(),
        readWrite: z.boolean(),
        since: z.string(),
        starts: z.number(),
        lastStartedAt: z.string().nullable(),
        lastEndedAt: z.string().nullable(),
      }),
    )
    .describe('the last containers that it was given to, latest last'),
  steps: z
    .array(z.object({ at: z.string(), action: z.string(), attributes: z.record(z.string(), z.string()) }))
    .describe('what was done with it, as its events tell, latest last'),
});

/** One volume, with its history, and what is wrong with it. */
export const volumeInspectionSchema = volumeViewSchema.extend({
  history: historySchema,
  warnings: z.array(z.string()).describe('why users of containers cannot write to it'),
});
export type VolumeInspectionAnswer = z.output<typeof volumeInspectionSchema>;

export const prunableSchema = z.object({
  volumes: z.array(z.object({ name: z.string(), size: z.number().nullable() })).describe('largest first'),
  size: z.number().describe('bytes in all of them, as far as is known'),
});
export type PrunableAnswer = z.output<typeof prunableSchema>;

/** Something that can be full, and when it will be if it goes on as in the last days. */
export const forecastSchema = z.object({
  kind: z.enum(['pool', 'volume']).describe('the file system of a pool, or a volume with a limit'),
  name: z.string(),
  used: z.number(),
  total: z.number(),
  fullAt: time.describe('null where it does not grow, or too little is known'),
});
export type ForecastAnswer = z.output<typeof forecastSchema>;

/** What goes on in volumes that running containers use: counters, of which two readings make rates. */
export const activitySchema = z.object({
  at: z.iso.datetime(),
  volumes: z.array(
    z.object({
      name: z.string(),
      size: z.number().nullable(),
      sizeAt: time,
      limit: z.number().nullable(),
      users: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          readWrite: z.boolean(),
          read: z.number().describe('bytes since its start, from whatever it reads'),
          written: z.number().describe('bytes since its start, to all that it writes to'),
        }),
      ),
    }),
  ),
});
export type ActivityAnswer = z.output<typeof activitySchema>;

/** What is seen of the engine beyond what Docker tells. Nothing of it waits for a disk. */
export interface SeeingBackend {
  volumes(filters: Filters): Promise<{ volumes: VolumeViewAnswer[]; warnings: readonly string[] }>;
  /** @throws not-found */
  volume(name: string): Promise<VolumeInspectionAnswer>;
  /** What a prune with the same filters would remove; `all` as with prune. */
  prunable(filters: Filters): Promise<PrunableAnswer>;
  activity(): ActivityAnswer;
  forecasts(): Promise<ForecastAnswer[]>;
  /** In Prometheus' text format, version 0.0.4. */
  metrics(): Promise<string>;
  /** Why a container's user cannot write to what it has mounted. @throws not-found */
  containerWarnings(ref: string): Promise<string[]>;
}
