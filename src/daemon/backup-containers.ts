import type { BackupContainers, UsingContainer } from '../backups/index.ts';
import type { ContainerService } from '../containers/index.ts';
import { isKind } from '../errors/index.ts';
import type { VolumeService } from '../volumes/index.ts';
import { MAX_API_VERSION } from '../wire/index.ts';

/** What backups need of containers. */
export function backupContainers(containers: ContainerService, volumes: VolumeService): BackupContainers {
  return {
    using: async (volume) => {
      const found = await Promise.all(volumes.holders(volume).map((id) => describe(containers, id)));
      const users = found.filter((each) => each !== undefined);
      return users.sort((left, right) => (left.created < right.created ? -1 : 1)).map(({ user }) => user);
    },
    exec: (id, argv) => containers.execute(id, { argv }),
    stop: (id) => unlessSo(containers.stop(id, { signal: '' })),
    start: (id) => unlessSo(containers.start(id)),
  };
}

/** What of a container's inspection is used here. */
interface Inspected {
  Id: string;
  Created: string;
  Name: string;
  State: { Running: boolean };
  HostConfig: { AutoRemove: boolean };
  Config: { Labels: Record<string, string> | null };
}

/** Undefined for a holder that is no container. */
async function describe(
  containers: ContainerService,
  id: string,
): Promise<{ created: string; user: UsingContainer } | undefined> {
  try {
    const found = (await containers.inspect(id, { size: false, apiVersion: MAX_API_VERSION })) as Inspected;
    const user = {
      id: found.Id,
      name: found.Name.replace(/^\//, ''),
      isRunning: found.State.Running,
      autoRemove: found.HostConfig.AutoRemove,
      labels: found.Config.Labels ?? {},
    };
    return { created: found.Created, user };
  } catch (error) {
    if (isKind(error, 'not-found')) return undefined;
    throw error;
  }
}

/** It is what was wanted already, or is not there any more. */
async function unlessSo(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isKind(error, 'not-modified') && !isKind(error, 'not-found')) throw error;
  }
}
