import { readdirSync, readFileSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isCutShort } from '../../record.ts';
import { dataName, recordName } from './layout.ts';

/**
 * Takes away what a power cut leaves of a volume whose create was not answered yet: its name is on disk, the text of its
 * record is not or in part, and nobody has put anything into its data. Never takes data: the folder of it goes by rmdir,
 * which refuses where there is something in it, or something is mounted on it. Can itself be cut off at any step.
 * @param folder of a volume whose record cannot be read.
 * @returns whether it was that, and is gone.
 */
export function sweepUnfinished(folder: string): boolean {
  try {
    const record = join(folder, recordName);
    if (!isCutShort(readFileSync(record, 'utf8'))) return false;
    const entries = readdirSync(folder);
    if (entries.some((entry) => entry !== recordName && entry !== dataName)) return false;
    if (entries.includes(dataName)) rmdirSync(join(folder, dataName));
    unlinkSync(record);
    rmdirSync(folder);
    return true;
  } catch {
    // Something is in the way, so there is more to it; whoever asked is told that the record cannot be read.
    return false;
  }
}
