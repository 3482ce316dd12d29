import { existsSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, run, signalProcess } from '../host/index.ts';
import { ContainerGroups } from './cgroup/groups.ts';
import type { Watched } from './exits.ts';
import { finishCreate } from './finish-create.ts';
import type { RunRecord } from './record.ts';
import { runtimeCommand, type Shared } from './shared.ts';

/** How long a conmon may take to write down the end of a container that is being deleted. */
const patienceMs = 1000;

/**
 * Removes all that is kept of a container, and ends it where it still runs; that end is not told any more. One that is
 * not known is fine.
 */
export async function deleteContainer(shared: Shared, id: string): Promise<void> {
  const { places, exits, records } = shared;
  const record = records.read(id);
  exits.forget(id);
  shared.rotation.forget(id);
  const watching = record === undefined ? await finishCreate(shared, id) : [record.monitor];
  if (existsSync(join(places.state, id)) && !(await forgetEnded(shared, id, record))) {
    await run([...(await runtimeCommand(shared)), 'delete', '--force', id]);
  }
  await Promise.all(watching.map(ended));
  exits.forget(id);
  records.forget(id);
  shared.hubs.delete(id);
  rmSync(places.container(id), { recursive: true, force: true });
  rmSync(join(places.sockets, id), { force: true });
}

/**
 * What `runc delete` does of a container whose process has ended, without a process of its own for it. Other runtimes,
 * and whatever is still in a control group, are left to the runtime.
 */
async function forgetEnded(shared: Shared, id: string, record: RunRecord | undefined): Promise<boolean> {
  if (record === undefined || isAlive(record.init)) return false;
  const { name } = await shared.programs.find();
  if (name !== 'runc' || !(await new ContainerGroups(record.cgroups).remove(id))) return false;
  await rm(join(shared.places.state, id), { recursive: true, force: true });
  return true;
}

/** Until then its file may still come. */
async function ended(monitor: ProcessIdentity): Promise<void> {
  for (let waited = 0; isAlive(monitor) && waited < patienceMs; waited += 2) await delay(2);
}

/** How a container is watched, whether we created it or took it over. */
export function watchedBy(shared: Shared, id: string, record: RunRecord): Watched {
  return {
    monitor: record.monitor,
    wasOutOfMemory: () => new ContainerGroups(record.cgroups).wasOutOfMemory(),
    abandon: async () => {
      if (record.init.startTime !== 0) signalProcess(record.init, 'SIGKILL');
      if (!existsSync(join(shared.places.state, id))) return;
      await run([...(await runtimeCommand(shared)), 'kill', '--all', id, 'KILL'], { okCodes: [0, 1] });
    },
  };
}
