import { lstatSync, realpathSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, notFound, systemError } from '../../../errors/index.ts';
import { dataFolder, removedFolder } from './layout.ts';

/**
 * Renames a volume's folder to where it is no volume any more: at no moment is there half of one. The caller makes the
 * rename durable, and has the folder deleted.
 * @returns the folder that holds the data now.
 * @throws not-found where there is no such folder; system where the data is really elsewhere, through a link that somebody made: that is not ours to delete.
 */
export function takeAway(root: string, name: string): string {
  refuseLinkOutside(root, dataFolder(root, name));
  const away = removedFolder(root);
  try {
    renameSync(join(root, name), away);
    return away;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw notFound('no such volume', error);
    throw systemError(`cannot move ${join(root, name)} away: ${messageOf(error)}`, error);
  }
}

/** @throws system where a volume's data is really elsewhere, through a link that somebody made. */
export function refuseLinkOutside(root: string, data: string): void {
  if (lstatSync(data, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  const real = realPathOf(data);
  if (real !== undefined && !real.startsWith(`${realpathSync(root)}/`)) {
    throw systemError(`unable to remove a directory outside of the local volume root ${root}: ${real}`);
  }
}

/** Undefined for a link that leads nowhere. */
function realPathOf(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}
