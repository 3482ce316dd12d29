import { notFound } from '../../errors/index.ts';
import { EventHub } from '../../events/index.ts';
import type { BuildBackend } from '../routes/build/backend.ts';
import type { SeeingBackend } from '../routes/holdfast/seeing-backend.ts';
import type { SnapshotsBackend } from '../routes/holdfast/snapshots-backend.ts';
import type { TrashBackend } from '../routes/holdfast/trash.ts';
import type { SystemBackend } from '../routes/system/backend.ts';
import { memoryBackups } from './memory-backups.ts';
import { MemoryContainers } from './memory-containers.ts';
import { MemoryImages } from './memory-images.ts';
import { MemoryNetworks } from './memory-networks.ts';
import { memoryPlacement, memoryPools } from './memory-pools.ts';
import { MemoryTransfers } from './memory-transfers.ts';
import { MemoryVolumes } from './memory-volumes.ts';

/** All that the server needs of an engine, in memory. */
export function memoryEngine() {
  const containers = new MemoryContainers();
  return {
    adoption: { adopt: async () => [], release: async () => [] },
    backups: memoryBackups(),
    builds,
    containers,
    execs: containers,
    events: new EventHub(),
    images: new MemoryImages(),
    networks: new MemoryNetworks(),
    placement: memoryPlacement,
    pools: memoryPools(),
    seeing,
    system,
    snapshots,
    trash,
    transfers: new MemoryTransfers(),
    volumes: new MemoryVolumes(),
  };
}

export type MemoryEngine = ReturnType<typeof memoryEngine>;

const seeing: SeeingBackend = {
  volumes: async () => ({ volumes: [], warnings: [] }),
  volume: async (name) => {
    throw notFound(`get ${name}: no such volume`);
  },
  prunable: async () => ({ volumes: [], size: 0 }),
  activity: () => ({ at: '2026-01-01T00:00:00.000Z', volumes: [] }),
  forecasts: async () => [],
  metrics: async () => '',
  containerWarnings: async () => [],
};

const snapshots: SnapshotsBackend = {
  take: async ({ volumes, name }) => ({ snapshots: volumes.map((volume) => snapshotOf(volume, name)), frozenMs: 3 }),
  list: async (volume) => [snapshotOf(volume, 'first')],
  remove: async () => undefined,
  rollBack: async () => ({ before: 'before' }),
  differences: async function* () {
    yield { path: '/file', change: 'changed', aspects: ['content'] };
  },
  volumesOf: async () => [],
};

const snapshotOf = (volume: string, name: string) => ({
  volume,
  name,
  createdAt: '2026-01-01T00:00:00.000Z',
  automatic: false,
  consistency: 'frozen',
  frozenMs: 3,
});

const trash: TrashBackend = {
  list: () => [],
  restore: async ({ reference }) => {
    throw notFound(`there is no ${reference} in the trash`);
  },
  remove: async () => undefined,
  empty: async () => ({ deleted: [], reclaimed: 0 }),
};

const builds: BuildBackend = {
  build: async function* (_context, { tags }) {
    yield { stream: `built ${tags}\n` };
  },
  usage: async () => 7,
  prune: async () => 7,
};

const system: SystemBackend = {
  version: () => ({
    version: '1.2.3',
    commit: 'abc',
    builtAt: '2026-01-01T00:00:00Z',
    kernel: '6.1',
    arch: 'x64',
    parts: [{ name: 'runc', version: '1.1.5' }],
  }),
  facts: () => ({
    id: 'id1',
    hostname: 'here',
    labels: ['a=b'],
    dataRoot: '/var/lib/holdfast',
    osName: 'Debian GNU/Linux 12',
    osVersion: '12',
    cpus: 2,
    memoryBytes: 1024,
    cgroup: 'hybrid',
    containers: { total: 3, running: 1, paused: 0, stopped: 2 },
    images: 4,
    runtimes: { runc: '/usr/sbin/runc' },
    defaultRuntime: 'runc',
    backingFileSystem: 'extfs',
    volumeDrivers: ['local'],
    networkDrivers: ['host', 'null'],
    logDrivers: ['json-file', 'local'],
    defaultLogDriver: 'json-file',
    eventListeners: 0,
    debug: false,
    warnings: ['WARNING: no bridge'],
  }),
  imageUsage: async () => ({ layersSize: 9, images: [{ Id: 'i1', Size: 9 }] }),
  containerUsage: async () => [{ Id: 'c1', SizeRw: 1 }],
};
