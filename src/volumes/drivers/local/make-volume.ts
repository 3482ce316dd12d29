import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemError } from '../../../errors/index.ts';
import { removeTree } from '../../../host/index.ts';
import { type FolderOwner, folderOwner } from '../../owner.ts';
import { encodeRecord } from '../../record.ts';
import type { Volume } from '../../volume.ts';
import { fsyncPath } from '../fsync-path.ts';
import type { GroupSync } from '../group-sync.ts';
import { dataName, freshFolder, recordName } from './layout.ts';

/** Others may pass through to `_data`, as bind mounts of it need, but not look around. */
const folderMode = 0o701;
const dataMode = 0o755;

/**
 * Makes a volume's folder beside its place, complete and on disk, and renames it there: at no moment is there a folder
 * of the volume's name that is less than the whole volume. Failing leaves nothing.
 */
export async function makeVolume(root: string, volume: Volume, sync: GroupSync): Promise<void> {
  const fresh = freshFolder(root);
  const place = join(root, volume.name);
  try {
    makeFolder(fresh, { mode: folderMode });
    await makeDataFolder(join(fresh, dataName), folderOwner(volume.options));
    const record = join(fresh, recordName);
    writeFileSync(record, encodeRecord(volume), { mode: 0o600, flag: 'wx' });
    // In place of a rename of the record within a folder that nobody sees yet; side by side they share the disk's work.
    await Promise.all([fsyncPath(record), fsyncPath(fresh)]);
    renameSync(fresh, place);
  } catch (error) {
    await removeTree(fresh);
    throw systemError(`cannot make ${place}: ${messageOf(error)}`, error);
  }
  await syncOrTakeBack(place, sync);
}

/** A volume whose create is answered with an error must not be there, whatever the disk's trouble was. */
async function syncOrTakeBack(place: string, sync: GroupSync): Promise<void> {
  try {
    await sync.sync();
  } catch (error) {
    await removeTree(place);
    throw error;
  }
}

/** An owner is no part of the names in the folder above, and so takes a sync of its own. */
async function makeDataFolder(path: string, owner: FolderOwner): Promise<void> {
  makeFolder(path, { mode: dataMode, ...owner });
  if (Object.keys(owner).length > 0) await fsyncPath(path);
}

/** The mode is set by itself, since that of mkdir is cut down by the daemon's umask; after the owner, which takes bits away. */
function makeFolder(path: string, { mode, uid = 0, gid = 0 }: FolderOwner & { mode: number }): void {
  mkdirSync(path, { mode: mode & 0o700 });
  if (uid !== 0 || gid !== 0) chownSync(path, uid, gid);
  chmodSync(path, mode);
}
