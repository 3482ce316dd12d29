import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bindToPlace, clearPlaces, O_PATH } from '../../host/index.ts';
import { encodeRecord, type VolumeRecord } from '../../volumes/index.ts';

/*
 * <exec-root>/backups/stage/<volume>/_data         what is backed up, mounted from wherever it is
 *                                   /volume.json   the volume's record
 *
 * restic reads these two, so that every snapshot is a volume's folder as it lies in a data root, wherever the data came from:
 * plain restic makes a volume again by restoring it there. The path is the same each time, by which restic finds what
 * has not changed.
 */

export const dataName = '_data';
export const recordName = 'volume.json';

const stageRoot = (runRoot: string): string => join(runRoot, 'stage');

/** Lays out what restic is to read. @returns the folder, and what takes it away. */
export function layStage(
  runRoot: string,
  { record, data }: { record: VolumeRecord; data: string },
): { folder: string; clear: () => void } {
  const folder = join(stageRoot(runRoot), encodeURIComponent(record.name));
  const clear = () => clearStage(folder);
  clear();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fd = openSync(data, O_PATH);
  try {
    bindToPlace(fd, join(folder, dataName));
    writeFileSync(join(folder, recordName), encodeRecord(record), { mode: 0o600 });
  } catch (error) {
    clear();
    throw error;
  } finally {
    closeSync(fd);
  }
  return { folder, clear };
}

/** At start: takes away what a crash left. */
export function clearStages(runRoot: string): void {
  if (!existsSync(stageRoot(runRoot))) return;
  for (const name of readdirSync(stageRoot(runRoot))) clearStage(join(stageRoot(runRoot), name));
}

function clearStage(folder: string): void {
  if (!existsSync(folder)) return;
  clearPlaces(folder);
  rmdirSync(folder);
}
