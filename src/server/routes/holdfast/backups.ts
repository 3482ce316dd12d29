import * as z from 'zod';
import {
  backupDrillSchema,
  backupEntrySchema,
  backupPrunedSchema,
  backupPruneSchema,
  backupRestoredSchema,
  backupRestoreSchema,
  backupRunAnswerSchema,
  backupRunSchema,
  backupStatusSchema,
  backupVerifiedSchema,
  backupVerifySchema,
  drillEvidenceSchema,
  newRepositorySchema,
  repositoryAddedSchema,
  repositorySummarySchema,
} from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import type { BackupsBackend } from './backups-backend.ts';
import { streamWork, type Work, workAnswer } from './progress-stream.ts';

const root = '/holdfast/v1/backups';

/** Backups and the repositories that they are in. */
export function backupRoutes(backups: BackupsBackend): Route[] {
  return [
    ...repositoryRoutes(backups),
    {
      method: 'GET',
      path: root,
      about: {
        summary: 'The backups in a repository, oldest first',
        query: z.object({ volume: z.string().optional(), repository: z.string().optional() }),
        answer: z.array(backupEntrySchema),
      },
      handle: async (call) => {
        const wanted = { volume: call.text('volume'), repository: call.text('repository') };
        call.json(200, await backups.list(wanted, call.signal));
      },
    },
    work(`${root}/run`, {
      summary: 'Back up volumes',
      body: backupRunSchema,
      answer: backupRunAnswerSchema,
      start: (wanted) => (tools) => backups.run(wanted, tools),
    }),
    work(`${root}/restore`, {
      summary: 'Bring a volume back from a backup: as a new one, or in place of its data',
      body: backupRestoreSchema,
      answer: backupRestoredSchema,
      start: (wanted) => (tools) => backups.restore(wanted, tools),
    }),
    work(`${root}/drill`, {
      summary: 'Prove a backup: restore it aside, start what uses the volume on it, and see that it works',
      body: backupDrillSchema,
      answer: drillEvidenceSchema,
      start: (wanted) => (tools) => backups.drill(wanted, tools),
    }),
    work(`${root}/prune`, {
      summary: 'Remove the backups that are not to be kept',
      body: backupPruneSchema,
      answer: backupPrunedSchema,
      start: (wanted) => (tools) => backups.prune(wanted, tools),
    }),
    {
      method: 'GET',
      path: `${root}/status`,
      about: { summary: "How it stands with each volume's backups", answer: z.array(backupStatusSchema) },
      handle: async (call) => call.json(200, await backups.status()),
    },
    work(`${root}/verify`, {
      summary: 'Check a repository: that all its backups need is there and is what was written',
      body: backupVerifySchema,
      answer: backupVerifiedSchema,
      start: (wanted) => (tools) => backups.verify(wanted, tools),
    }),
  ];
}

function repositoryRoutes(backups: BackupsBackend): Route[] {
  const path = `${root}/repositories`;
  return [
    {
      method: 'GET',
      path,
      about: { summary: 'The repositories that backups go to', answer: z.array(repositorySummarySchema) },
      handle: (call) => call.json(200, backups.repositories()),
    },
    {
      method: 'POST',
      path,
      about: {
        summary: 'Add a repository: one that the key opens, or else a new one',
        body: newRepositorySchema,
        answer: repositoryAddedSchema,
      },
      handle: async (call) =>
        call.json(201, await backups.addRepository(await call.body(newRepositorySchema), call.signal)),
    },
    {
      method: 'DELETE',
      path: `${path}/:repository`,
      about: {
        summary: 'Take a repository off the list; what is in it stays, and its key is kept',
        answer: z.object({ keptKey: z.string() }),
      },
      handle: async (call) => call.json(200, await backups.removeRepository(call.inPath('repository'))),
    },
  ];
}

interface WorkRoute<B extends z.ZodType, T> {
  summary: string;
  body: B;
  answer: z.ZodType;
  start: (wanted: z.output<B>) => Work<T>;
}

/** A route whose answer is a stream of progress. */
function work<B extends z.ZodType, T>(path: string, { summary, body, answer, start }: WorkRoute<B, T>): Route {
  return {
    method: 'POST',
    path,
    about: { summary, body, answer: workAnswer(answer) },
    handle: async (call: Call) => streamWork(call, start(await call.body(body))),
  };
}
