import * as z from 'zod';
import type { Route } from '../../call.ts';
import { streamWork, workAnswer } from './progress-stream.ts';
import { freezeSchema } from './snapshots.ts';
import type { VolumeCopyingBackend } from './snapshots-backend.ts';
import { answerVolume, volumeSchema } from './volumes.ts';

const cloneSchema = z.object({
  to: z.string().describe('The new volume'),
  snapshot: z.string().default('').describe('Empty for the data as it is'),
  labels: z.record(z.string(), z.string()).default({}),
  freeze: freezeSchema,
});
const renameSchema = z.object({ to: z.string().describe('The new name') });

/** Volumes made of others, and volumes by other names. */
export function copyRoutes(volumes: VolumeCopyingBackend): Route[] {
  return [
    {
      method: 'POST',
      path: '/holdfast/v1/volumes/:name/clone',
      about: { summary: 'Make a volume with the data of another', body: cloneSchema, answer: workAnswer(volumeSchema) },
      handle: async (call) => {
        const { to, snapshot, labels, freeze } = await call.body(cloneSchema);
        const from = snapshot === '' ? call.name : `${call.name}@${snapshot}`;
        await streamWork(call, async (tools) => {
          const wanted = { name: to, labels: Object.keys(labels).length === 0 ? null : labels, freeze, ...tools };
          const { name, driver, mountpoint, createdAt, ...volume } = await volumes.clone(from, wanted);
          return { name, driver, mountpoint, createdAt, labels: volume.labels, options: volume.options };
        });
      },
    },
    {
      method: 'POST',
      path: '/holdfast/v1/volumes/:name/rename',
      about: {
        summary: 'Give a volume that no container knows another name',
        body: renameSchema,
        answer: volumeSchema,
      },
      handle: async (call) => answerVolume(call, await volumes.rename(call.name, (await call.body(renameSchema)).to)),
    },
  ];
}
