import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, rmdirSync, unlinkSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { hostError, O_PATH } from '../../host/index.ts';

/*
 * Everything here names a file by an open folder and one name in it, and follows no link at that name: whoever swaps
 * folders for links meanwhile changes what is reached inside the open folder, and nothing else.
 */

/** The path of a name in an open folder. Names are bytes, one character each (latin1) or text. */
export function placeIn(folder: number, name: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${folder}/`), Buffer.from(name as string)]);
}

/** The type of what is at a name; undefined where nothing is. */
export function kindAt(folder: number, name: string | Buffer): 'folder' | 'other' | undefined {
  const stat = lstatSync(placeIn(folder, name), { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isDirectory() ? 'folder' : 'other';
}

/**
 * Removes what is at a name, a folder with all that is in it. `shown` is its path for messages.
 * @throws HostError EBUSY for a mountpoint. The kernel refuses that only for mounts in its own mount table; removing the
 * mountpoint of another table's mount would take that mount away, from under a running container.
 */
export async function removeAt(folder: number, name: string | Buffer, shown: string): Promise<void> {
  if (isMountpoint(folder, name)) throw hostError(`unlinkat ${shown}`, 'EBUSY');
  const kind = kindAt(folder, name);
  if (kind === undefined) return;
  if (kind === 'other') return unlinkSync(placeIn(folder, name));
  const fd = openSync(placeIn(folder, name), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    for (const [index, child] of readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).entries()) {
      if (index % entriesPerTurn === entriesPerTurn - 1) await turn();
      await removeAt(fd, child, `${shown}/${child}`);
    }
  } finally {
    closeSync(fd);
  }
  rmdirSync(placeIn(folder, name));
}

/** How much is removed before everything else that waits gets its turn. */
const entriesPerTurn = 256;

function isMountpoint(folder: number, name: string | Buffer): boolean {
  let fd = -1;
  try {
    fd = openSync(placeIn(folder, name), O_PATH | constants.O_NOFOLLOW);
    return mountId(fd) !== mountId(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

/** The id of the mount that an open file was reached by (proc(5), fdinfo). */
function mountId(fd: number): string | undefined {
  return /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
}
