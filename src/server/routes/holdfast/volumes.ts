import * as z from 'zod';
import type { Call, Route } from '../../call.ts';
import type { VolumeFacts } from '../volumes/backend.ts';

/** What these routes need of the engine. */
export interface VolumeKeepingBackend {
  update(name: string, change: { set: Record<string, string>; remove: string[] }): Promise<VolumeFacts>;
  setProtected(name: string, wanted: boolean): Promise<VolumeFacts>;
}

const map = z.record(z.string(), z.string());

/** A volume as Holdfast's own routes answer it. */
const volumeSchema = z.object({
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

/** /holdfast/v1/volumes: what can be done to a volume besides what Docker can. */
export function volumeRoutes(volumes: VolumeKeepingBackend): Route[] {
  return [
    {
      method: 'PATCH',
      path: '/holdfast/v1/volumes/:name',
      about: { summary: 'Change the labels of a volume', body: changeSchema, answer: volumeSchema },
      handle: async (call) => {
        const { labels, removeLabels } = await call.body(changeSchema);
        answer(call, await volumes.update(call.name, { set: labels, remove: removeLabels }));
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
  handle: async (call) => answer(call, await volumes.setProtected(call.name, wanted)),
});

function answer(call: Call, { name, driver, mountpoint, createdAt, labels, options }: VolumeFacts): void {
  call.json(200, { name, driver, mountpoint, createdAt, labels, options });
}
