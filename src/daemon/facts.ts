import { logDrivers } from '../containers/index.ts';
import { hostFacts, statfs } from '../host/index.ts';
import type { EngineVersion, SystemBackend, SystemFacts } from '../server/index.ts';
import { RELEASE } from '../wire/index.ts';
import { type Engine, imageUsers } from './engine.ts';
import type { Settings } from './settings.ts';

/** The engine's answers about itself: /version, /info and /system/df. */
export function systemBackend(engine: Engine, settings: Settings): SystemBackend {
  return {
    version: () => versionOf(engine),
    facts: () => factsOf(engine, settings),
    imageUsage: async () => ({
      layersSize: engine.images.layersSize(),
      images: engine.images.usage(imageUsers(engine)),
    }),
    containerUsage: () => engine.containers.usage(),
  };
}

async function versionOf(engine: Engine): Promise<EngineVersion> {
  const { kernel, arch } = hostFacts();
  const { name, version } = await engine.runtime.program();
  const parts = [{ name, version }];
  return { version: RELEASE, commit: '', builtAt: '', kernel, arch, parts };
}

async function factsOf(engine: Engine, settings: Settings): Promise<SystemFacts> {
  const host = hostFacts();
  const runtime = await engine.runtime.program();
  return {
    id: engine.id,
    hostname: host.hostname,
    labels: settings.labels,
    dataRoot: settings.dataRoot,
    osName: host.osName,
    osVersion: host.osVersion,
    cpus: host.cpus,
    memoryBytes: host.memoryBytes,
    cgroup: host.cgroup,
    containers: engine.containers.counts(),
    images: engine.images.count(),
    runtimes: { [runtime.name]: runtime.path },
    defaultRuntime: runtime.name,
    backingFileSystem: statfs(settings.dataRoot).type,
    volumeDrivers: engine.volumes.driverNames(),
    logDrivers,
    defaultLogDriver: settings.logConfig.Type,
    networkDrivers: ['bridge', 'host', 'null'],
    eventListeners: engine.events.listeners,
    debug: settings.logLevel === 'debug',
    warnings: [],
  };
}
