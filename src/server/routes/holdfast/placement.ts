import * as z from 'zod';
import type { Route } from '../../call.ts';
import type { VolumeFacts } from '../volumes/backend.ts';
import { streamWork, type WorkProgress, workAnswer } from './progress-stream.ts';
import { shownVolume, volumeSchema } from './volumes.ts';

/** What these routes need of the engine. */
export interface PlacementBackend {
  resize(name: string, size: string): Promise<VolumeFacts>;
  move(name: string, to: MoveRequest): Promise<VolumeFacts>;
}

/** Where a volume is to go, and who watches. */
interface MoveRequest {
  pool: string;
  signal: AbortSignal;
  onProgress(progress: WorkProgress): void;
}

const resizeSchema = z.object({
  size: z.string().describe('The most that it may hold from now on, such as 10g; 0 for no limit'),
});

const moveSchema = z.object({ pool: z.string() });

/** Which pool a volume is in, and how much it may hold there. */
export function placementRoutes(placement: PlacementBackend): Route[] {
  return [
    {
      method: 'POST',
      path: '/holdfast/v1/volumes/:name/resize',
      about: { summary: 'Change how much a volume may hold', body: resizeSchema, answer: volumeSchema },
      handle: async (call) => {
        const { size } = await call.body(resizeSchema);
        call.json(200, shownVolume(await placement.resize(call.name, size)));
      },
    },
    {
      method: 'POST',
      path: '/holdfast/v1/volumes/:name/move',
      about: {
        summary: 'Move a volume that is not in use to another pool',
        body: moveSchema,
        answer: workAnswer(volumeSchema),
      },
      handle: async (call) => {
        const { pool } = await call.body(moveSchema);
        await streamWork(call, async (tools) => shownVolume(await placement.move(call.name, { pool, ...tools })));
      },
    },
  ];
}
