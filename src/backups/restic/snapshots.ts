import * as z from 'zod';
import { systemError } from '../../errors/index.ts';
import { type Access, restic, resticJson } from './restic.ts';

/** What of a snapshot restic lists. */
const snapshotSchema = z.object({
  id: z.string(),
  time: z.string(),
  hostname: z.string().default(''),
  tags: z
    .array(z.string())
    .nullish()
    .transform((tags) => tags ?? []),
});

/** One backup of one volume, as it lies in a repository. */
export interface Snapshot {
  /** 64 hex digits. */
  id: string;
  /** RFC 3339. */
  time: string;
  /** The name of the machine that made it. */
  host: string;
  volume: string;
  /** How it came to be consistent: `snapshot`, `frozen`, `stopped`, `quiesced` or `live`; "" where nothing is said. */
  consistency: string;
}

/** On every snapshot of ours, so that those of others in the same repository are left alone. */
export const ownTag = 'holdfast';
export const volumeTag = (volume: string): string => `volume=${volume}`;
export const consistencyTag = (consistency: string): string => `consistency=${consistency}`;

/** Snapshots of volumes, oldest first. @param volume only its own, where given. */
export async function listSnapshots(access: Access, volume?: string, signal?: AbortSignal): Promise<Snapshot[]> {
  const tags = volume === undefined ? ownTag : `${ownTag},${volumeTag(volume)}`;
  // Without a lock, so that a long check or prune keeps nobody from looking.
  const found = await resticJson<unknown>(access, { args: ['snapshots', '--no-lock', '--tag', tags], signal });
  const parsed = z.array(snapshotSchema).safeParse(found ?? []);
  if (!parsed.success) throw systemError(`restic lists snapshots in a form that is not known here`, parsed.error);
  return parsed.data.map(toSnapshot).sort((left, right) => Date.parse(left.time) - Date.parse(right.time));
}

function toSnapshot({ id, time, hostname, tags }: z.output<typeof snapshotSchema>): Snapshot {
  const after = (key: string) => tags.find((tag) => tag.startsWith(key))?.slice(key.length) ?? '';
  return { id, time, host: hostname, volume: after('volume='), consistency: after('consistency=') };
}

const statsSchema = z.object({ total_size: z.number(), total_file_count: z.number() });

/** How many bytes and files a restore of a snapshot writes. */
export async function restoreSize(access: Access, id: string, signal?: AbortSignal): Promise<{ bytes: number }> {
  const found = await resticJson<unknown>(access, {
    args: ['stats', id, '--no-lock', '--mode', 'restore-size'],
    signal,
  });
  return { bytes: statsSchema.parse(found).total_size };
}

/** The text of one file in a snapshot. */
export async function dumpFile(access: Access, id: string, path: string): Promise<string> {
  return (await restic(access, { args: ['dump', '--no-lock', id, path] })).stdout;
}
