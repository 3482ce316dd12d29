import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, signalProcess } from '../host/index.ts';
import { ContainerGroups } from './cgroup/groups.ts';
import type { Watched } from './exits.ts';
import type { RunRecord } from './record.ts';
import { runtimeCommand, type Shared } from './shared.ts';

/** Removes all that is kept of a container, and ends it where it still runs. One that is not known is fine. */
export async function deleteContainer(shared: Shared, id: string): Promise<void> {
  const { places, exits, records } = shared;
  if (existsSync(join(places.state, id))) await run([...(await runtimeCommand(shared)), 'delete', '--force', id]);
  exits.forget(id);
  records.forget(id);
  rmSync(places.container(id), { recursive: true, force: true });
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
