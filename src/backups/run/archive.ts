import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { systemError } from '../../errors/index.ts';
import type { WorkTools } from '../core.ts';
import { type Access, restic } from '../restic/index.ts';
import { dataName, recordName } from './stage.ts';

/** What restic says of a backup that is complete. */
export interface Archived {
  /** The snapshot's id, as short as restic shows it. */
  id: string;
  bytes: number;
  files: number;
  added: number;
}

const statusSchema = z.object({
  message_type: z.literal('status'),
  bytes_done: z.number().default(0),
  total_bytes: z.number().default(0),
});
const summarySchema = z.object({
  message_type: z.literal('summary'),
  snapshot_id: z.string(),
  data_added: z.number(),
  total_files_processed: z.number(),
  total_bytes_processed: z.number(),
});

/** Some files could not be read, and the snapshot is there without them. */
const incomplete = 3;
const shortId = 8;

/**
 * Puts a staged folder into a repository, as a snapshot with these tags.
 * @param options.isLive files may vanish meanwhile, which is no failure then.
 * @throws system where files could not be read, naming the first; what restic fails with.
 */
export async function archive(
  access: Access,
  { folder, host, tags }: { folder: string; host: string; tags: readonly string[] },
  { signal, onProgress, isLive }: WorkTools & { isLive: boolean },
): Promise<Archived> {
  let summary: z.output<typeof summarySchema> | undefined;
  const onLine = (line: string): void => {
    const message: unknown = parsed(line);
    const status = statusSchema.safeParse(message);
    if (status.success) onProgress?.({ done: status.data.bytes_done, total: status.data.total_bytes });
    summary = summarySchema.safeParse(message).data ?? summary;
  };
  const words = ['backup', '--json', '--host', host, ...tags.flatMap((tag) => ['--tag', tag]), dataName, recordName];
  const { exitCode, stderr } = await restic(access, {
    args: words,
    cwd: folder,
    signal,
    onLine,
    okCodes: [incomplete],
  });
  if (summary === undefined)
    throw systemError('restic ended without saying what it did; its version is not known here');
  const id = summary.snapshot_id.slice(0, shortId);
  const unread = exitCode === incomplete ? unreadFiles(stderr, isLive) : [];
  if (unread.length > 0)
    throw systemError(`${unread.length} files could not be read, ${unread[0]} first; snapshot ${id} is without them`);
  const { total_bytes_processed: bytes, total_files_processed: files, data_added: added } = summary;
  // The record is no file of the volume.
  const record = statSync(join(folder, recordName)).size;
  return { id, bytes: Math.max(bytes - record, 0), files: Math.max(files - 1, 0), added };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Words between the messages: not ours to understand.
    return undefined;
  }
}

const ENOENT = 2;
const errorSchema = z.object({
  message_type: z.literal('error'),
  item: z.string().default(''),
  error: z.object({ Err: z.number().optional(), message: z.string().optional() }).loose().default({}),
});

function unreadFiles(stderr: string, mayVanish: boolean): string[] {
  return stderr.split('\n').flatMap((line) => {
    const { data } = errorSchema.safeParse(parsed(line));
    if (data === undefined || (mayVanish && data.error.Err === ENOENT)) return [];
    return [data.item];
  });
}
