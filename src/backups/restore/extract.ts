import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { invalidArgument, notFound, systemError } from '../../errors/index.ts';
import { bytesWritten } from '../../host/index.ts';
import type { WorkTools } from '../core.ts';
import { type Access, restic, restoreSize } from '../restic/index.ts';
import { dataName } from '../run/stage.ts';

interface Extraction {
  snapshot: string;
  /** Only what lies there, as the container sees it below its mount; "" for everything. */
  path: string;
  /** The empty folder of data to fill. */
  data: string;
}

/** Every how many milliseconds it is told how far it is. */
const tellEveryMs = 500;

/**
 * Writes what a snapshot holds into a folder of data, with owners, modes, times, links and extended attributes.
 * @returns how many bytes of files a restore of all of it writes.
 * @throws not-found where there is nothing at the path; system where something could not be written or is damaged.
 */
export async function extract(access: Access, wanted: Extraction, tools: WorkTools): Promise<number> {
  const { snapshot, data } = wanted;
  if (basename(data) !== dataName) throw systemError(`${data} is no folder of a volume's data`);
  const inside = pathInside(wanted.path);
  const known = { total: 0 };
  // Beside the restore, which it takes a good part of where little is restored.
  const size = restoreSize(access, snapshot, tools.signal);
  size.then(
    ({ bytes }) => {
      known.total = bytes;
    },
    () => {},
  );
  const args = ['restore', snapshot, '--target', dirname(data), '--include', `/${dataName}${escaped(inside)}`];
  let watch: NodeJS.Timeout | undefined;
  try {
    // This restic says nothing of its progress while it restores; the kernel counts what it writes.
    await restic(access, {
      args,
      signal: tools.signal,
      onStart: ({ pid }) => {
        watch = setInterval(() => tell(tools, pid, known.total), tellEveryMs);
      },
    });
  } finally {
    clearInterval(watch);
  }
  if (inside !== '' && !isThere(join(data, inside)))
    throw notFound(`there is no ${wanted.path} in backup ${snapshot.slice(0, 8)}`);
  return (await size).bytes;
}

function tell({ onProgress }: WorkTools, pid: number, total: number): void {
  const done = bytesWritten(pid);
  if (done !== undefined) onProgress?.({ done: total > 0 ? Math.min(done, total) : done, total });
}

/** Absolute below the data, without dots; "" for all. @throws invalid-argument where it leads out. */
function pathInside(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw invalidArgument(`invalid path ${JSON.stringify(path)}: it must not have .. in it`);
  return parts.map((part) => `/${part}`).join('');
}

/** restic takes it for a pattern. */
const escaped = (path: string): string => path.replace(/[\\*?[\]]/g, '\\$&');

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
