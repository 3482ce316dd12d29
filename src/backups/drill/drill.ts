import { randomBytes } from 'node:crypto';
import { conflict, invalidArgument, isKind, messageOf, notFound } from '../../errors/index.ts';
import type { BackupDrill, DrillEvidence } from '../../wire/index.ts';
import type { UsingContainer } from '../containers.ts';
import type { Core, WorkTools } from '../core.ts';
import { restore } from '../restore/restore.ts';
import { waitForProof } from './proof.ts';

/** On what a drill makes, with the name of the volume: whatever has it may be removed when no drill runs. */
export const drillLabel = 'holdfast.drill';

const shownId = 8;

/**
 * Proves that a backup can be lived on: restores it into a volume of its own, starts what uses the volume on that one, without
 * a network, and waits for its health check or a command. What came of it is written down, and what was made is removed, always.
 * @throws not-found and conflict where it is not clear what to start; invalid-argument where nothing would prove anything;
 *   cancelled. That the backup is of no use is no error but the result.
 */
export async function drill(core: Core, wanted: BackupDrill, tools: WorkTools): Promise<DrillEvidence> {
  const { volume } = wanted;
  const model = modelOf(await core.containers.using(volume), wanted);
  if (wanted.command.length === 0 && !model.hasHealthCheck) {
    throw invalidArgument(
      `container ${model.name} has no health check: say by --command what proves that it can live on the backup`,
    );
  }
  const started = Date.now();
  const evidence: DrillEvidence = {
    volume,
    at: new Date(started).toISOString(),
    snapshot: '',
    repository: core.repositories.require(wanted.repository).name,
    image: model.image,
    proof: wanted.command.length > 0 ? wanted.command.join(' ') : 'health check',
    passed: false,
    message: '',
    seconds: 0,
  };
  try {
    await tryOut(core, { wanted, model, evidence }, tools);
    evidence.passed = true;
  } catch (error) {
    if (isKind(error, 'cancelled')) throw error;
    evidence.message = messageOf(error);
  }
  evidence.seconds = (Date.now() - started) / 1000;
  await core.ledger.update(volume, { lastDrill: evidence });
  const { passed, snapshot, image, message } = evidence;
  const attributes = { result: passed ? 'passed' : 'failed', snapshot, image, message };
  core.emit({ type: 'volume', action: 'drill', id: volume, attributes });
  return evidence;
}

function modelOf(users: readonly UsingContainer[], { volume, container }: BackupDrill): UsingContainer {
  const fits = ({ id, name }: UsingContainer) => container === '' || name === container || id.startsWith(container);
  const models = users.filter(fits);
  const [model] = models;
  if (model === undefined) {
    throw notFound(
      container === ''
        ? `no container uses volume ${volume}: a drill starts the same image on the restored data`
        : `container ${container} does not use volume ${volume}`,
    );
  }
  if (models.length > 1)
    throw conflict(
      `several containers use volume ${volume}: name one by --container (${models.map(({ name }) => name).join(', ')})`,
    );
  return model;
}

interface Trial {
  wanted: BackupDrill;
  model: UsingContainer;
  /** Gets the snapshot's id, once it is known. */
  evidence: DrillEvidence;
}

async function tryOut(core: Core, { wanted, model, evidence }: Trial, tools: WorkTools): Promise<void> {
  const { volume, at, repository, command, timeoutSeconds } = wanted;
  const mark = randomBytes(4).toString('hex');
  const scratchVolume = `drill-${mark}-${volume}`.slice(0, 200);
  const labels = { [drillLabel]: mark };
  try {
    const request = { volume, at, to: scratchVolume, path: '', repository };
    const { from } = await restore(core, request, { ...tools, labels });
    evidence.snapshot = from.id.slice(0, shownId);
    const id = await core.containers.startScratch({ like: model.id, volume, scratchVolume, labels });
    await waitForProof(core.containers, { id, command, timeoutSeconds }, tools.signal);
  } finally {
    await clear(core, { label: `${drillLabel}=${mark}`, scratchVolume });
  }
}

async function clear(core: Core, { label, scratchVolume }: { label: string; scratchVolume: string }): Promise<void> {
  try {
    await core.containers.removeLabelled(label);
    await core.volumes.remove(scratchVolume, { force: true, now: true });
  } catch (error) {
    core.log.error(
      { volume: scratchVolume, err: error },
      'could not remove what a drill had made; the next start does',
    );
  }
}

/** At start: removes what drills left that were cut off. */
export async function clearDrills(core: Core): Promise<void> {
  await core.containers.removeLabelled(drillLabel);
  const { volumes } = await core.volumes.list(new Map([['label', [drillLabel]]]));
  for (const { name } of volumes) await core.volumes.remove(name, { force: true, now: true });
}
