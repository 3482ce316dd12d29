import type { Readable } from 'node:stream';
import { invalidArgument } from '../../errors/index.ts';
import { type ArchiveCompression, type Packing, packArchive } from '../../host/index.ts';
import { isMeasurer, isMountCounter } from '../capabilities.ts';
import type { Core } from '../core.ts';
import { homeOf } from '../home.ts';
import { mountVolume, unmountVolume } from '../mount.ts';
import { failedTo } from '../operation-error.ts';
import { dataOf } from '../snapshots/index.ts';
import type { Volume } from '../volume.ts';
import { describeVolume } from './description.ts';

export interface ExportRequest {
  compression: ArchiveCompression;
  /** A snapshot to export in place of the data as it is now; "" for none. */
  snapshot: string;
  signal: AbortSignal;
}

/** A volume on its way out. */
export interface VolumeExport {
  /** Fails where reading does; the volume is held until it is closed. */
  archive: Readable;
  /** What the user must know; undefined where all is well. */
  warning: string | undefined;
  /** Bytes packed so far, and about how many there will be; 0 while that is not known. */
  progress(): { done: number; total: number };
}

/**
 * Packs a volume's data: owners by number, modes, times, attributes, access lists, links, holes.
 * @param id tells this export from all others.
 * @throws not-found `get NAME: no such volume`; unavailable where the compressor is missing.
 */
export async function exportVolume(
  core: Core,
  name: string,
  request: ExportRequest & { id: string },
): Promise<VolumeExport> {
  const loan = await core.locks.hold(name, () => lend(core, name, request), { signal: request.signal });
  try {
    const intro = describeVolume(loan.volume);
    const packing = await packArchive({
      ...request,
      dir: loan.path,
      intro,
      sparse: true,
      xattrsExclude,
      isStill: loan.isStill,
    });
    packing.archive.once('end', () => emitExport(core, loan.volume));
    packing.archive.once('close', loan.giveBack);
    return { archive: packing.archive, warning: loan.warning, progress: progressOf(core, loan.volume, packing) };
  } catch (error) {
    loan.giveBack();
    throw error;
  }
}

/** SELinux labels mean nothing to another host. */
const xattrsExclude = ['security.selinux'];

interface Loan {
  volume: Volume;
  path: string;
  warning: string | undefined;
  /** Whether the data cannot change: a snapshot that is removed meanwhile makes no archive. */
  isStill: boolean;
  giveBack(): void;
}

/** Mounts the volume and holds it, so that it is not removed meanwhile; the caller holds the lock of its name. */
async function lend(core: Core, name: string, { id, snapshot }: ExportRequest & { id: string }): Promise<Loan> {
  const { volume, driver } = await core.store.require(name).catch((error: unknown) => {
    throw failedTo('get', name, error);
  });
  const kept = snapshot === '' ? undefined : snapshotData(core, name, snapshot);
  const isInUse = kept === undefined && isMountCounter(driver) && driver.mounts(name) > 0;
  const path = kept ?? (await mountVolume(core, name, { mountId: id }));
  core.references.add(name, id);
  return {
    volume,
    path,
    warning: isInUse ? torn(name) : undefined,
    isStill: kept !== undefined,
    giveBack: () => {
      core.references.delete(name, id);
      core.locks
        .hold(name, () => unmountVolume(core, name, { mountId: id }))
        .catch((error: unknown) => core.log.warn({ volume: name, err: error }, 'could not unmount an exported volume'));
    },
  };
}

/** @throws not-found where the volume has no such snapshot. */
function snapshotData(core: Core, name: string, snapshot: string): string {
  const home = homeOf(core.store, name);
  if (home === undefined) throw invalidArgument(`volume ${name} does not lie on this host and has no snapshots here`);
  return dataOf(home, { volume: name, name: snapshot });
}

const torn = (name: string): string =>
  `volume ${name} is in use: files that change while it is exported may be torn in the archive. For one that is whole, stop the containers that use it, or make a snapshot and export that by --snapshot`;

function progressOf(core: Core, { name }: Volume, { packed }: Packing): VolumeExport['progress'] {
  let total = 0;
  void measure(core, name).then((size) => {
    total = size;
  });
  return () => {
    const done = packed();
    return { done, total: Math.max(total, done) };
  };
}

/** 0 where it cannot be told. */
async function measure(core: Core, name: string): Promise<number> {
  const driver = core.store.peek(name)?.driver;
  try {
    return driver !== undefined && isMeasurer(driver) ? await driver.size(name) : 0;
  } catch {
    // The export itself tells what is wrong.
    return 0;
  }
}

function emitExport(core: Core, { name, driver }: Volume): void {
  core.emit({ type: 'volume', action: 'export', id: name, attributes: { driver } });
}
