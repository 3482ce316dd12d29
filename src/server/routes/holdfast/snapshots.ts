import * as z from 'zod';
import { messageOf, notFound } from '../../../errors/index.ts';
import type { Call, Route } from '../../call.ts';
import { streamWork, workAnswer } from './progress-stream.ts';
import type { SnapshotsBackend } from './snapshots-backend.ts';

const snapshotSchema = z.object({
  volume: z.string(),
  name: z.string(),
  createdAt: z.string().describe('The moment that the data is of'),
  automatic: z.boolean().describe('Made by a schedule, which may remove it again'),
  consistency: z
    .string()
    .describe('stopped: nobody used it; frozen: who used it stood still; running: copied while it was written to'),
  frozenMs: z.number().describe('For how many milliseconds containers stood still'),
});

/** What is said of standing still, here and where a volume is cloned. */
export const freezeSchema = z
  .boolean()
  .optional()
  .describe(
    'Of a volume in use: true freezes its containers however long copying takes, false copies while they write. Left out: freeze where a copy takes no time, else refuse',
  );

const wishSchema = z.object({ name: z.string().default('').describe('Empty for the time'), freeze: freezeSchema });
const groupSchema = wishSchema.extend({
  volumes: z.array(z.string()).default([]),
  project: z.string().default('').describe('All volumes of that Compose project, beside those named'),
});
const takenSchema = z.object({ snapshots: z.array(snapshotSchema), frozenMs: z.number() });
const untilSchema = z.object({ until: z.string().optional().describe('Another snapshot; else the data as it is') });
const differenceSchema = z
  .object({ path: z.string(), change: z.enum(['added', 'changed', 'deleted']), aspects: z.array(z.string()) })
  .describe('One JSON object a line. A line {"error":{"message"}} ends what could not be finished.');

const ofVolume = '/holdfast/v1/volumes/:name/snapshots';
const ofSnapshot = `${ofVolume}/:snapshot`;

/** Snapshots of volumes: made, listed, removed, compared, gone back to. */
export function snapshotRoutes(snapshots: SnapshotsBackend): Route[] {
  const idOf = (call: Call) => ({ volume: call.name, name: call.inPath('snapshot') });
  return [
    {
      method: 'GET',
      path: ofVolume,
      about: {
        summary: 'Snapshots of a volume, oldest first',
        answer: z.object({ snapshots: z.array(snapshotSchema) }),
      },
      handle: async (call) => call.json(200, { snapshots: await snapshots.list(call.name) }),
    },
    {
      method: 'POST',
      path: ofVolume,
      about: { summary: 'Make a snapshot of a volume', body: wishSchema, answer: workAnswer(takenSchema) },
      handle: async (call) => {
        const wish = await call.body(wishSchema);
        await streamWork(call, (tools) => snapshots.take({ ...wish, volumes: [call.name] }, tools));
      },
    },
    {
      method: 'POST',
      path: '/holdfast/v1/snapshots',
      about: {
        summary: 'Make snapshots of several volumes, all of the same moment',
        body: groupSchema,
        answer: workAnswer(takenSchema),
      },
      handle: async (call) => {
        const { project, volumes, ...wish } = await call.body(groupSchema);
        const all = [...volumes, ...(project === '' ? [] : await volumesOf(snapshots, project))];
        await streamWork(call, (tools) => snapshots.take({ ...wish, volumes: all }, tools));
      },
    },
    {
      method: 'DELETE',
      path: ofSnapshot,
      about: { summary: 'Remove a snapshot' },
      handle: async (call) => {
        await snapshots.remove(idOf(call));
        call.empty(204);
      },
    },
    {
      method: 'POST',
      path: `${ofSnapshot}/rollback`,
      about: {
        summary: 'Put the data of a volume back to a snapshot, and keep the present data as another',
        answer: workAnswer(z.object({ before: z.string().describe('The snapshot of the data that was replaced') })),
      },
      handle: (call) => streamWork(call, (tools) => snapshots.rollBack(idOf(call), tools)),
    },
    {
      method: 'GET',
      path: `${ofSnapshot}/diff`,
      about: { summary: 'What has changed since a snapshot', query: untilSchema, answer: differenceSchema },
      handle: (call) => answerDifferences(call, snapshots.differences({ ...idOf(call), ...until(call) }, call.signal)),
    },
  ];
}

const until = (call: Call): { until?: string } => (call.text('until') === '' ? {} : { until: call.text('until') });

async function volumesOf(snapshots: SnapshotsBackend, project: string): Promise<readonly string[]> {
  const volumes = await snapshots.volumesOf(project);
  if (volumes.length === 0)
    throw notFound(`no such project: no volume has the label com.docker.compose.project=${project}`);
  return volumes;
}

/** Line by line, as they are found; what goes wrong before the first is answered by its status. */
async function answerDifferences(call: Call, differences: AsyncIterable<unknown>): Promise<void> {
  const response = call.takeResponse();
  const begin = () => response.headersSent || response.writeHead(200, { 'Content-Type': 'application/json' });
  try {
    for await (const difference of differences) {
      begin();
      if (!response.write(`${JSON.stringify(difference)}\n`))
        await new Promise((resolve) => waitFor(response, resolve));
    }
    begin();
  } catch (error) {
    if (!response.headersSent) throw error;
    response.write(`${JSON.stringify({ error: { message: messageOf(error) } })}\n`);
  }
  response.end();
}

/** Until it takes more, or nobody reads on. */
function waitFor(response: NodeJS.EventEmitter, resolve: (value?: unknown) => void): void {
  const done = () => {
    response.off('drain', done);
    response.off('close', done);
    resolve();
  };
  response.on('drain', done);
  response.on('close', done);
}
