import { conflict, HoldfastError, messageOf } from '../errors/index.ts';
import { resourcesFor, swapFor, validateResources } from '../runtime/index.ts';
import { type ContainerUpdate, type HostConfig, hostConfigSchema } from '../wire/index.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { writeRecord } from './record.ts';
import { validateRestartPolicy } from './restart/policy.ts';

/** The resources that a live container may get more or less of; 0, "" and null leave what it has. */
const updatable = [
  'BlkioWeight',
  'CpuShares',
  'NanoCpus',
  'CpuPeriod',
  'CpuQuota',
  'CpuRealtimePeriod',
  'CpuRealtimeRuntime',
  'CpusetCpus',
  'CpusetMems',
  'Memory',
  'MemorySwap',
  'MemoryReservation',
  'PidsLimit',
] as const satisfies ReadonlyArray<keyof HostConfig>;

/**
 * Changes the limits and the restart policy of a container, also of a running one. The caller holds the container's lock.
 * @throws invalid-argument for limits that no container could have; conflict for ones that contradict those it has.
 */
export async function updateContainer(
  engine: Engine,
  container: Container,
  body: ContainerUpdate,
): Promise<{ Warnings: string[] | null }> {
  const asked: HostConfig = { ...hostConfigSchema.parse({}), ...withoutUndefined(body) };
  const warnings = validateResources(asked, { update: true });
  try {
    await apply(engine, container, asked);
  } catch (error) {
    const message = `Cannot update container ${container.id}: ${messageOf(error)}`;
    throw error instanceof HoldfastError ? new HoldfastError(error.kind, message, { cause: error }) : error;
  }
  emitContainer(engine, container, { action: 'update' });
  return { Warnings: warnings.length === 0 ? null : warnings };
}

const withoutUndefined = (body: ContainerUpdate): Partial<HostConfig> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

async function apply(engine: Engine, container: Container, asked: HostConfig): Promise<void> {
  const { status } = container.state;
  if (status === 'removing' || status === 'dead') {
    throw conflict('container is marked for removal and cannot be "update"');
  }
  const hostConfig = mergeUpdate(container.record.hostConfig, asked);
  if (container.isRunning) await engine.runtime.update(container.id, resourcesFor(hostConfig));
  const record = { ...container.record, hostConfig };
  await writeRecord(container.dir, record);
  container.record = record;
}

/** The configuration after an update. @throws conflict as Docker's rules have it. */
export function mergeUpdate(present: HostConfig, asked: HostConfig): HostConfig {
  refuseTwoKindsOfCpuLimit(present, asked);
  const swap = swapFor(present) ?? present.MemorySwap;
  if (asked.Memory !== 0 && asked.MemorySwap === 0 && swap !== -1 && asked.Memory > swap) {
    throw conflict(
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
  }
  const { RestartPolicy } = asked;
  validateRestartPolicy(RestartPolicy, false);
  if (RestartPolicy.Name !== '' && RestartPolicy.Name !== 'no' && present.AutoRemove) {
    throw conflict('Restart policy cannot be updated because AutoRemove is enabled for the container');
  }
  const changed = updatable.filter((key) => asked[key] !== 0 && asked[key] !== '' && asked[key] !== null);
  return {
    ...present,
    // What it was until now by default stays when the memory it was reckoned from changes.
    MemorySwap: swap,
    ...Object.fromEntries(changed.map((key) => [key, asked[key]])),
    ...(RestartPolicy.Name === '' ? {} : { RestartPolicy }),
  };
}

/** `--cpus` is a period and a quota in other words: only one way of saying it at a time. */
function refuseTwoKindsOfCpuLimit(present: HostConfig, asked: HostConfig): void {
  const refuse = (what: string, because: string): never => {
    throw conflict(`Conflicting options: ${what} cannot be updated as ${because} has already been set`);
  };
  if (asked.NanoCpus > 0 && present.CpuPeriod > 0) refuse('Nano CPUs', 'CPU Period');
  if (asked.NanoCpus > 0 && present.CpuQuota > 0) refuse('Nano CPUs', 'CPU Quota');
  if (asked.CpuPeriod > 0 && present.NanoCpus > 0) refuse('CPU Period', 'NanoCPUs');
  if (asked.CpuQuota > 0 && present.NanoCpus > 0) refuse('CPU Quota', 'NanoCPUs');
}
