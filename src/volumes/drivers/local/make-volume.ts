import { chmodSync, chownSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError, messageOf, systemError } from '../../../errors/index.ts';
import { syncfs } from '../../../host/index.ts';
import { sizeLimit } from '../../options.ts';
import { type FolderOwner, folderOwner } from '../../owner.ts';
import type { PoolDriver } from '../../pools/index.ts';
import { encodeRecord } from '../../record.ts';
import type { Volume } from '../../volume.ts';
import { fsyncPath } from '../fsync-path.ts';
import type { GroupSync } from '../group-sync.ts';
import { dataName, freshFolder, recordName } from './layout.ts';

/** Others may pass through to `_data`, as bind mounts of it need, but not look around. */
const folderMode = 0o701;
const dataMode = 0o755;

/** Where volumes are made: their root, what keeps the data there, and what makes changes to the root durable. */
export interface VolumePlace {
  root: string;
  pool: PoolDriver;
  sync: GroupSync;
}

/** Puts data into a new volume's folder of that path, before anybody sees it. */
export type Fill = (data: string) => Promise<void>;

/**
 * Makes a volume's folder beside its place, whole, renames it there, and waits until all of it is on disk. Failing leaves
 * nothing: a volume whose create is answered with an error must not be there, whatever the disk's trouble was.
 *
 * Data that it is filled with is on disk before the volume has its name. Of an empty one the disk is asked once and last, so
 * that a journal takes everything in one go. A power cut before that may leave the name on disk without the text of the
 * record, which `sweepUnfinished` recognises.
 */
export async function makeVolume({ root, pool, sync }: VolumePlace, volume: Volume, fill?: Fill): Promise<void> {
  const fresh = freshFolder(root);
  const place = join(root, volume.name);
  try {
    buildFolder(pool, fresh, volume);
    if (fill !== undefined) {
      await fill(join(fresh, dataName));
      await syncfs(fresh);
    }
    await limit(pool, join(fresh, dataName), volume);
    renameSync(fresh, place);
    try {
      await Promise.all([fsyncPath(join(place, recordName)), fsyncPath(place), syncData(place, volume), sync.sync()]);
    } catch (error) {
      renameSync(place, fresh);
      throw error;
    }
  } catch (error) {
    await pool.remove(fresh);
    if (error instanceof HoldfastError) throw error;
    throw systemError(`cannot make ${place}: ${messageOf(error)}`, error);
  }
}

/** After the data: what is put in may replace the whole folder of it. */
async function limit(pool: PoolDriver, data: string, { options }: Volume): Promise<void> {
  const bytes = sizeLimit(options);
  if (bytes > 0) await pool.setLimit(data, bytes);
}

function buildFolder(pool: PoolDriver, folder: string, volume: Volume): void {
  const data = join(folder, dataName);
  mkdirSync(folder, { mode: 0o700 });
  setAccess(folder, { mode: folderMode });
  pool.create(data);
  setAccess(data, { mode: dataMode, ...folderOwner(volume.options) });
  writeFileSync(join(folder, recordName), encodeRecord(volume), { mode: 0o600, flag: 'wx' });
}

/** An owner is no part of the names in the folder above, and so takes a sync of its own. */
async function syncData(place: string, { options }: Volume): Promise<void> {
  if (Object.keys(folderOwner(options)).length > 0) await fsyncPath(join(place, dataName));
}

/** The mode is set by itself, since that of mkdir is cut down by the daemon's umask; after the owner, which takes bits away. */
function setAccess(path: string, { mode, uid = 0, gid = 0 }: FolderOwner & { mode: number }): void {
  if (uid !== 0 || gid !== 0) chownSync(path, uid, gid);
  chmodSync(path, mode);
}
