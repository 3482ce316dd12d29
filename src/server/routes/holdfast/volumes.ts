import * as z from 'zod';
import type { Filters } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import type { VolumeFacts } from '../volumes/backend.ts';

/** What these routes need of the engine. */
export interface VolumeKeepingBackend {
  update(name: string, change: { set: Record<string, string>; remove: string[] }): Promise<VolumeFacts>;
  setProtected(name: string, wanted: boolean): Promise<VolumeFacts>;
  /** `now` deletes for good, instead of putting into the trash. */
  remove(name: string, options: { force: boolean; now: boolean }): Promise<void>;
  prune(
    filters: Filters,
    options: { all: boolean; now: boolean },
  ): Promise<{ deleted: readonly string[]; kept: readonly string[]; reclaimed: number }>;
}

const map = z.record(z.string(), z.string());

/** A volume as Holdfast's own routes answer it. */
export const volumeSchema = z.object({
  name: z.string(),
  driver: z.string(),
  mountpoint: z.string(),
  createdAt: z.iso.datetime(),
  labels: map.nullable(),
  options: map.nullable(),
});

const changeSchema = z.object({
  labels: map.default({}).describe('Labels to set, beside those that the volume has'),
  removeLabels: z.array(z.string()).default([]).describe('Names of labels to take away'),
});

const removeQuery = z.object({
  now: z.string().optional().describe('true to delete it for good, instead of putting it into the trash'),
  force: z.string().optional().describe('true not to mind a volume that is not there'),
});

const pruneQuery = z.object({
  now: removeQuery.shape.now,
  filters: z.string().optional().describe('as those of POST /volumes/prune'),
});

const prunedSchema = z.object({
  deleted: z.array(z.string()),
  kept: z.array(z.string()).describe('Volumes that stay because they are protected'),
  reclaimed: z.number().describe('Bytes in the deleted volumes; in the trash they take them up still'),
});

/** /holdfast/v1/volumes: what can be done to a volume besides what Docker can. */
export function volumeRoutes(volumes: VolumeKeepingBackend): Route[] {
  return [
    {
      method: 'PATCH',
      path: '/holdfast/v1/volumes/:name',
      about: { summary: 'Change the labels of a volume', body: changeSchema, answer: volumeSchema },
      handle: async (call) => {
        const { labels, removeLabels } = await call.body(changeSchema);
        answerVolume(call, await volumes.update(call.name, { set: labels, remove: removeLabels }));
      },
    },
    {
      method: 'DELETE',
      path: '/holdfast/v1/volumes/:name',
      about: { summary: 'Remove a volume', query: removeQuery },
      handle: async (call) => {
        await volumes.remove(call.name, { force: call.flag('force'), now: call.flag('now') });
        call.empty(204);
      },
    },
    {
      method: 'POST',
      path: '/holdfast/v1/volumes/prune',
      about: { summary: 'Remove the volumes that nobody uses', query: pruneQuery, answer: prunedSchema },
      handle: async (call) => {
        const { deleted, kept, reclaimed } = await volumes.prune(call.filters(), { all: false, now: call.flag('now') });
        call.json(200, { deleted, kept, reclaimed });
      },
    },
    protection(volumes, { word: 'protect', summary: 'Let nobody remove a volume', wanted: true }),
    protection(volumes, { word: 'unprotect', summary: 'Let a volume be removed again', wanted: false }),
  ];
}

interface Protection {
  word: string;
  summary: string;
  wanted: boolean;
}

const protection = (volumes: VolumeKeepingBackend, { word, summary, wanted }: Protection): Route => ({
  method: 'POST',
  path: `/holdfast/v1/volumes/:name/${word}`,
  about: { summary, answer: volumeSchema },
  handle: async (call) => answerVolume(call, await volumes.setProtected(call.name, wanted)),
});

/** Answers with a volume as {@link volumeSchema} has it. */
export const answerVolume = (call: Call, volume: VolumeFacts): void => call.json(200, shownVolume(volume));

/** A volume as {@link volumeSchema} has it. */
export function shownVolume({
  name,
  driver,
  mountpoint,
  createdAt,
  labels,
  options,
}: VolumeFacts): z.input<typeof volumeSchema> {
  return { name, driver, mountpoint, createdAt, labels: copied(labels), options: copied(options) };
}

const copied = (words: VolumeFacts['labels']): Record<string, string> | null => (words === null ? null : { ...words });
