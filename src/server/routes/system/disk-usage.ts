import { invalidArgument } from '../../../errors/index.ts';
import { atLeast, type DiskUsageType, type VolumeSummary } from '../../../wire/index.ts';
import type { Call } from '../../call.ts';
import type { BuildBackend } from '../build/backend.ts';
import { imageForVersion } from '../images/shape.ts';
import type { VolumesBackend } from '../volumes/backend.ts';
import { volumeSummary } from '../volumes/summary.ts';
import type { SystemBackend } from './backend.ts';

const TYPES: readonly DiskUsageType[] = ['container', 'image', 'volume', 'build-cache'];

export interface DiskUsageParts {
  builds: BuildBackend;
  system: SystemBackend;
  volumes: VolumesBackend;
}

/** GET /system/df. From API 1.42 on `type` says what to measure; the rest is null then, and takes no time. */
export async function diskUsage(parts: DiskUsageParts, call: Call): Promise<object> {
  const types = wantedTypes(call);
  const [images, containers, volumes, cache] = await Promise.all([
    types.has('image') ? parts.system.imageUsage() : undefined,
    types.has('container') ? parts.system.containerUsage() : null,
    types.has('volume') ? volumeUsage(parts.volumes) : null,
    types.has('build-cache') ? parts.builds.usage() : 0,
  ]);
  return {
    LayersSize: images?.layersSize ?? 0,
    Images: images?.images.map((image) => imageForVersion(image, call.version)) ?? null,
    Containers: containers,
    Volumes: volumes,
    BuildCache: types.has('build-cache') ? cacheEntries(cache) : null,
    ...(!atLeast(call.version, '1.42') && { BuilderSize: cache }),
  };
}

/** The whole cache as one entry: it is pruned as a whole. */
function cacheEntries(size: number): object[] {
  if (size === 0) return [];
  const entry = { ID: 'buildah', Type: 'regular', Description: 'images of the steps of builds', InUse: false };
  return [{ ...entry, Shared: false, Size: size, CreatedAt: '0001-01-01T00:00:00Z', LastUsedAt: null, UsageCount: 1 }];
}

function wantedTypes(call: Call): ReadonlySet<DiskUsageType> {
  const asked = atLeast(call.version, '1.42') ? call.query.getAll('type') : [];
  if (asked.length === 0) return new Set(TYPES);
  return new Set(
    asked.map((name) => {
      const type = TYPES.find((known) => known === name);
      if (type === undefined) throw invalidArgument(`unknown object type: ${name}`);
      return type;
    }),
  );
}

async function volumeUsage(volumes: VolumesBackend): Promise<VolumeSummary[]> {
  const used = await volumes.usage();
  return used.map(({ volume, size, refCount }) =>
    Object.assign(volumeSummary(volume), { UsageData: { Size: size, RefCount: refCount } }),
  );
}
