import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../host/index.ts';
import { freshHistory, historySchema, type VolumeHistory } from './history.ts';

/** Beside a volume's record, so that it goes wherever the volume goes: into the trash and back, to another name. */
const historyName = 'history.json';

/** The history in a volume's folder; an empty one where there is none that can be read, since nothing hangs on it. */
export function readHistory(folder: string): VolumeHistory {
  try {
    const parsed = historySchema.safeParse(JSON.parse(readFileSync(join(folder, historyName), 'utf8')));
    return parsed.success ? parsed.data : freshHistory();
  } catch {
    return freshHistory();
  }
}

/**
 * Replaces it. Not synced: what a power cut may take is what it tells of the last moment, and nobody should wait for a disk
 * on its account. A folder that has gone meanwhile is fine.
 */
export function writeHistory(folder: string, history: VolumeHistory): void {
  const path = join(folder, historyName);
  const temporary = join(folder, `.${historyName}`);
  try {
    writeFileSync(temporary, `${JSON.stringify(history)}\n`, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
