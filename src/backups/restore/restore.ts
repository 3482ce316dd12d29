import { invalidArgument, isKind } from '../../errors/index.ts';
import { decodeRecord, type VolumeRecord } from '../../volumes/index.ts';
import type { BackupRestore, BackupRestored } from '../../wire/index.ts';
import type { Core, WorkTools } from '../core.ts';
import { toEntry } from '../listing.ts';
import { type Access, dumpFile, type Snapshot } from '../restic/index.ts';
import { recordName } from '../run/stage.ts';
import { chooseSnapshot } from './choose.ts';
import { extract } from './extract.ts';
import { restoreOver } from './over.ts';

/**
 * Makes a volume of a backup, with the labels and options it had; one that is there gets the data, and keeps its own labels
 * and options. Nobody sees anything before all is there.
 * @param labels what it gets in place of the labels it had. @throws not-found for the backup; conflict where the new name is taken, or the volume
 *   is in use; what restic fails with. Nothing is left then.
 */
export async function restore(
  core: Core,
  wanted: BackupRestore,
  { labels, ...tools }: WorkTools & { labels?: Readonly<Record<string, string>> },
): Promise<BackupRestored> {
  const started = Date.now();
  const repository = core.repositories.require(wanted.repository);
  const access = core.repositories.access(repository);
  const { volume, at, path } = wanted;
  const snapshot = await chooseSnapshot(access, { volume, at, signal: tools.signal });
  const name = wanted.to || volume;
  let bytes = 0;
  const fill = async (data: string): Promise<void> => {
    bytes = await extract(access, { snapshot: snapshot.id, path, data }, tools);
  };
  let replaced = '';
  if (await isOver(core, wanted)) replaced = await restoreOver(core, name, fill);
  else {
    const record = await recordIn(access, snapshot);
    const request = { name, driver: '', labels: labels ?? record.labels, options: plainOptions(record) };
    await core.volumes.createFilled(request, fill);
  }
  const from = toEntry(snapshot, repository.name);
  core.emit({
    type: 'volume',
    action: 'restore',
    id: name,
    attributes: { repository: from.repository, snapshot: from.id, from: volume },
  });
  return { volume: name, from, bytes, seconds: (Date.now() - started) / 1000, replaced };
}

/**
 * Whether there is a volume whose data is to be replaced; never one that was named as a new one.
 * @throws invalid-argument where a part would take the place of the whole.
 */
async function isOver(core: Core, { volume, to, path }: BackupRestore): Promise<boolean> {
  if (to !== '' || !(await isThere(core, volume))) return false;
  if (path === '') return true;
  throw invalidArgument(
    `volume ${volume} is there, and what is at ${path} alone would take the place of all of it: restore it beside with --to NEW`,
  );
}

async function isThere(core: Core, name: string): Promise<boolean> {
  try {
    await core.volumes.get(name);
    return true;
  } catch (error) {
    if (isKind(error, 'not-found')) return false;
    throw error;
  }
}

/** The volume's own words about itself. */
async function recordIn(access: Access, snapshot: Snapshot): Promise<Pick<VolumeRecord, 'labels' | 'options'>> {
  const text = await dumpFile(access, snapshot.id, `/${recordName}`);
  return decodeRecord(text);
}

/** Options that say where the data lies are left out: the restored data lies in the volume itself. */
function plainOptions({ options }: Pick<VolumeRecord, 'options'>): Record<string, string> | null {
  if (options === null) return null;
  const elsewhere = new Set(['type', 'device', 'o']);
  return Object.fromEntries(Object.entries(options).filter(([key]) => !elsewhere.has(key)));
}
