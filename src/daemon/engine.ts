import { join } from 'node:path';
import { BackupService } from '../backups/index.ts';
import { BuildService } from '../build/index.ts';
import { ContainerService } from '../containers/index.ts';
import { EventHub } from '../events/index.ts';
import type { Log } from '../host/index.ts';
import { ImageService } from '../images/index.ts';
import { NetworkService } from '../networks/index.ts';
import { Runtime } from '../runtime/index.ts';
import { PluginDrivers, type TrashSettings, VolumeService } from '../volumes/index.ts';
import type { Emit, HostConfig } from '../wire/index.ts';
import { backupContainers } from './backup-containers.ts';
import type { BackupSettings } from './backup-settings.ts';
import { engineId } from './identity.ts';
import { EventCounts } from './metrics/event-counts.ts';

/** Every part of the engine, made and joined here and nowhere else. */
export interface Engine {
  id: string;
  events: EventHub;
  /** How often each event came, for metrics. */
  counts: EventCounts;
  images: ImageService;
  volumes: VolumeService;
  runtime: Runtime;
  containers: ContainerService;
  networks: NetworkService;
  builds: BuildService;
  backups: BackupService;
}

interface EngineOptions {
  dataRoot: string;
  execRoot: string;
  sockets: readonly string[];
  pluginDirs: readonly string[];
  logConfig: HostConfig['LogConfig'];
  trash: TrashSettings;
  backups: BackupSettings;
  log: Log;
}

/** Opens the engine on its two folders, as whatever came before left them. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { dataRoot, execRoot, sockets, logConfig, backups, log } = options;
  const events = new EventHub();
  const counts = new EventCounts();
  const watchers: Emit[] = [counts.observe];
  const emit: Emit = (event) => {
    events.publish(event);
    for (const watch of watchers) watch(event);
  };
  const [id, images, volumes, runtime] = await Promise.all([
    engineId(dataRoot),
    ImageService.open({ root: dataRoot, emit, log }),
    openVolumes(options, emit),
    Runtime.open({ execRoot, log }),
  ]);
  const networks = new NetworkService({ dataRoot, execRoot, emit, log });
  let opened: ContainerService | undefined;
  watchers.push(
    volumes.sight.observer({
      factsOf: (containerId) => opened?.volumeUsers.factsOf(containerId),
      volumesOf: (containerId) => opened?.volumeUsers.volumesOf(containerId) ?? [],
    }),
  );
  const containers = await ContainerService.open({
    dataRoot,
    execRoot,
    sockets,
    logDefaults: logConfig,
    images,
    volumes,
    networks,
    runtime,
    emit,
    log,
  });
  opened = containers;
  volumes.begin(containers.freezer());
  images.setUsers((imageId) => containers.usersOf(imageId));
  volumes
    .settle()
    .catch((error: unknown) => log.error({ err: error }, 'could not give back what a crash left mounted'));
  const builds = new BuildService({ dataRoot, execRoot, images, networks, runtime, log });
  void builds.sweep();
  const backupService = new BackupService({
    root: join(dataRoot, 'backups'),
    runRoot: join(execRoot, 'backups'),
    volumes,
    containers: backupContainers(containers, volumes),
    defaults: backups.defaults,
    webhookUrl: backups.webhook,
    emit,
    log,
  });
  return { id, events, counts, images, volumes, runtime, containers, networks, builds, backups: backupService };
}

function openVolumes(
  { dataRoot, execRoot, pluginDirs, trash, log }: EngineOptions,
  emit: Emit,
): Promise<VolumeService> {
  const plugins = new PluginDrivers({
    folders: pluginDirs,
    root: join(dataRoot, 'plugin-volumes'),
    runRoot: join(execRoot, 'plugin-volumes'),
    forbidden: [dataRoot, execRoot],
    log,
  });
  const roots = { root: join(dataRoot, 'volumes'), runRoot: join(execRoot, 'volumes') };
  return VolumeService.open({ ...roots, emit, log, source: plugins, trash });
}

/** How many containers there are of each image, for lists of images. */
export const imageUsers =
  (engine: Engine) =>
  (imageId: string): number =>
    engine.containers.countOf(imageId);
