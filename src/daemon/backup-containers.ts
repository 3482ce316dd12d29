import type { BackupContainers, UsingContainer } from '../backups/index.ts';
import type { ContainerService } from '../containers/index.ts';
import { isKind } from '../errors/index.ts';
import type { VolumeService } from '../volumes/index.ts';
import { MAX_API_VERSION } from '../wire/index.ts';
import { type Inspected, inspected } from './inspected.ts';
import { startScratch } from './scratch-container.ts';

/** How much of what a container wrote is told, in lines. */
const toldLines = 10;

/** What backups need of containers. */
export function backupContainers(containers: ContainerService, volumes: VolumeService): BackupContainers {
  return {
    using: async (volume) => {
      const found = await Promise.all(volumes.holders(volume).map((id) => unlessGone(inspected(containers, id))));
      const users = found.filter((each) => each !== undefined);
      return users.sort((left, right) => (left.Created < right.Created ? -1 : 1)).map(toUser);
    },
    exec: (id, argv, signal) => containers.execute(id, { argv, ...(signal === undefined ? {} : { signal }) }),
    whileFrozen: (ids, work, limitSeconds) =>
      containers
        .freezer()
        .holdStill(ids, (freeze) => freeze(work, { limitSeconds }))
        .then(({ result }) => result),
    stop: (id) => unlessSo(containers.stop(id, { signal: '' })),
    start: (id) => unlessSo(containers.start(id)),
    startScratch: (request) => startScratch(containers, request),
    stateOf: async (id) => {
      const { Running, ExitCode, Health } = (await inspected(containers, id)).State;
      return { isRunning: Running, exitCode: ExitCode, health: Health?.Status ?? '' };
    },
    lastWords: (id) => lastWords(containers, id),
    removeLabelled: async (label) => {
      const filters = new Map([['label', [label]]]);
      const found = await containers.list({ all: true, limit: 0, size: false, filters, apiVersion: MAX_API_VERSION });
      for (const { Id } of found) await containers.remove(Id, { force: true, volumes: true });
    },
  };
}

const toUser = ({ Id, Name, State, HostConfig, Config, Image }: Inspected): UsingContainer => ({
  id: Id,
  name: Name.replace(/^\//, ''),
  isRunning: State.Running,
  autoRemove: HostConfig.AutoRemove,
  labels: Config.Labels ?? {},
  image: Image,
  hasHealthCheck: State.Health !== undefined || hasTest(Config.Healthcheck?.Test),
});

const hasTest = (test: readonly string[] | null | undefined): boolean =>
  test !== undefined && test !== null && test.length > 0 && test[0] !== 'NONE';

async function lastWords(containers: ContainerService, id: string): Promise<string> {
  const { entries } = await containers.logs(id, {
    stdout: true,
    stderr: true,
    follow: false,
    tail: toldLines,
    since: undefined,
    until: undefined,
  });
  let words = '';
  for await (const { data } of entries) words += data.toString();
  return words;
}

/** Undefined for a holder that is no container, or none any more. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
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
