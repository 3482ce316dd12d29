import { decodeRecord, type VolumeRecord } from '../../volumes/index.ts';
import type { BackupRestore, BackupRestored } from '../../wire/index.ts';
import type { Core, WorkTools } from '../core.ts';
import { toEntry } from '../listing.ts';
import { type Access, dumpFile, type Snapshot } from '../restic/index.ts';
import { recordName } from '../run/stage.ts';
import { chooseSnapshot } from './choose.ts';
import { extract } from './extract.ts';

/**
 * Makes a volume of a backup, with the labels and options it had. Nobody sees it before all is there.
 * @param labels what it gets in place of the labels it had. @throws not-found for the backup; conflict where there is a volume of that name; what restic fails with. Nothing is left then.
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
  const record = await recordIn(access, snapshot);
  const name = wanted.to || volume;
  let bytes = 0;
  const request = { name, driver: '', labels: labels ?? record.labels, options: plainOptions(record) };
  await core.volumes.createFilled(request, async (data) => {
    bytes = await extract(access, { snapshot: snapshot.id, path, data }, tools);
  });
  const from = toEntry(snapshot, repository.name);
  core.emit({
    type: 'volume',
    action: 'restore',
    id: name,
    attributes: { repository: from.repository, snapshot: from.id, from: volume },
  });
  return { volume: name, from, bytes, seconds: (Date.now() - started) / 1000, replaced: '' };
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
