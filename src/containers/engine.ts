import { join } from 'node:path';
import type { KeyedLock } from '../async/index.ts';
import type { Log } from '../host/index.ts';
import type { ImageService } from '../images/index.ts';
import type { NetworkService } from '../networks/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { VolumeService } from '../volumes/index.ts';
import type { Emit, HostConfig } from '../wire/index.ts';
import type { Container } from './container.ts';
import type { ContainerStore } from './store.ts';

/** What the container operations work on; made once by the daemon and handed to each of them. */
export interface Engine {
  dataRoot: string;
  execRoot: string;
  /** Paths of the sockets that the daemon listens on. */
  sockets: readonly string[];
  /** How the output of a container is kept that says nothing of it. */
  logDefaults: HostConfig['LogConfig'];
  images: ImageService;
  volumes: VolumeService;
  networks: NetworkService;
  runtime: Runtime;
  store: ContainerStore;
  /** One per container id: start, exit, remove and rename of one container never overlap. */
  locks: KeyedLock;
  /** Deletions under way behind an answer; shutting down waits for them. */
  sweeping: Set<Promise<unknown>>;
  emit: Emit;
  log: Log;
}

export const containersRoot = (engine: Pick<Engine, 'dataRoot'>): string => join(engine.dataRoot, 'containers');

/** The OCI bundle of a running container. */
export const bundleDir = (engine: Pick<Engine, 'execRoot'>, id: string): string => join(engine.execRoot, 'bundles', id);

/** Raises a container event with the attributes Docker gives to each: its labels, image and name. */
export function emitContainer(
  engine: Pick<Engine, 'emit'>,
  container: Container,
  event: { action: string; attributes?: Record<string, string> },
): void {
  const { record } = container;
  engine.emit({
    type: 'container',
    action: event.action,
    id: record.id,
    attributes: { ...record.config.Labels, image: record.config.Image, name: record.name, ...event.attributes },
  });
}

/** Lets a deletion go on behind the answer; its failure is logged, since nobody waits for it any more. */
export function sweepBehind(engine: Pick<Engine, 'sweeping' | 'log'>, deletion: Promise<unknown>): void {
  const watched = deletion
    .catch((error: unknown) => engine.log.error({ err: error }, 'could not delete what a container left'))
    .finally(() => engine.sweeping.delete(watched));
  engine.sweeping.add(watched);
}
