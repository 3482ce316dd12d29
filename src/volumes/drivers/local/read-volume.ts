import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeDockerOptions, decodeRecord, formatCreatedAt } from '../../record.ts';
import type { Volume } from '../../volume.ts';
import { dataFolder, dataName, dockerOptionsName, recordName } from './layout.ts';

/** What `--driver` calls the driver that keeps volumes as folders of this host. */
export const localDriverName = 'local';

/**
 * Reads the volume that the folder `<root>/<name>` is. One without a record counts as well if it has `_data` or
 * `opts.json`, so that a data root of Docker's can be taken over; it was created when its folder was last changed.
 * @returns undefined where there is no such folder, or it is something else than a volume.
 * @throws system where there is a record that cannot be read.
 */
export function readVolume(root: string, name: string): Volume | undefined {
  const folder = `${root}/${name}`;
  const record = readIfThere(`${folder}/${recordName}`);
  const known = record === undefined ? readDockerVolume(folder) : decodeRecord(record);
  if (known === undefined) return undefined;
  const { createdAt, labels, options } = known;
  return {
    name,
    driver: localDriverName,
    mountpoint: dataFolder(root, name),
    createdAt,
    labels,
    options,
    scope: 'local',
  };
}

function readDockerVolume(folder: string): Pick<Volume, 'createdAt' | 'labels' | 'options'> | undefined {
  const options = readIfThere(join(folder, dockerOptionsName));
  if (options === undefined && !isFolder(join(folder, dataName))) return undefined;
  const { ctimeMs } = statSync(folder);
  return {
    createdAt: formatCreatedAt(ctimeMs),
    labels: null,
    options: options === undefined ? null : decodeDockerOptions(options),
  };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
