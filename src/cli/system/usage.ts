import type { VolumeSummary } from '../../wire/index.ts';
import type { ListedContainer } from '../container/listing.ts';
import type { Listing } from '../format/listing.ts';
import { humanSize } from '../format/units.ts';
import type { ListedImage } from '../image/listing.ts';

/** GET /system/df; sizes in bytes. */
export interface DiskUsage {
  LayersSize: number;
  Images: ListedImage[] | null;
  Containers: ListedContainer[] | null;
  Volumes: VolumeSummary[] | null;
  BuildCache: CacheEntry[] | null;
}

/** What a build left to be used again. Times are RFC 3339. */
export interface CacheEntry {
  ID: string;
  Type: string;
  Size: number;
  InUse: boolean;
  Shared: boolean;
  CreatedAt: string;
  LastUsedAt: string | null;
  UsageCount: number;
}

/** A line of `system df`. */
export interface UsageRow {
  type: string;
  total: number;
  active: number;
  size: number;
  reclaimable: number;
}

/** What `system df` shows of each kind of thing. */
export const USAGE: Listing<UsageRow> = {
  typeName: 'diskUsageContext',
  columns: {
    Active: { header: 'ACTIVE', value: ({ active }) => String(active) },
    Reclaimable: { header: 'RECLAIMABLE', value: reclaimableText },
    Size: { header: 'SIZE', value: ({ size }) => humanSize(size) },
    TotalCount: { header: 'TOTAL', value: ({ total }) => String(total) },
    Type: { header: 'TYPE', value: ({ type }) => type },
  },
  table: '{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}',
  quiet: '{{.Type}}',
  raw: 'type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n',
};

function reclaimableText({ type, size, reclaimable }: UsageRow): string {
  if (size <= 0 || type === 'Build Cache') return humanSize(Math.max(reclaimable, 0));
  return `${humanSize(reclaimable)} (${Math.trunc((reclaimable * 100) / size)}%)`;
}

/** The four lines of `system df`. */
export function usageRows(usage: DiskUsage): UsageRow[] {
  return [imageRow(usage), containerRow(usage.Containers ?? []), volumeRow(usage.Volumes ?? []), cacheRow(usage)];
}

function imageRow({ Images, LayersSize }: DiskUsage): UsageRow {
  const images = Images ?? [];
  const active = images.filter(({ Containers }) => Containers > 0);
  const used = sum(active.map(({ Size, SharedSize = 0 }) => Size - Math.max(SharedSize, 0)));
  return {
    type: 'Images',
    total: images.length,
    active: active.length,
    size: LayersSize,
    reclaimable: LayersSize - used,
  };
}

function containerRow(containers: readonly ListedContainer[]): UsageRow {
  const isActive = ({ State }: ListedContainer) => ['running', 'paused', 'restarting'].includes(State);
  const sizeOf = ({ SizeRw = 0 }: ListedContainer) => SizeRw;
  return {
    type: 'Containers',
    total: containers.length,
    active: containers.filter(isActive).length,
    size: sum(containers.map(sizeOf)),
    reclaimable: sum(containers.filter((container) => !isActive(container)).map(sizeOf)),
  };
}

function volumeRow(volumes: readonly VolumeSummary[]): UsageRow {
  const sizeOf = ({ UsageData }: VolumeSummary) => Math.max(UsageData?.Size ?? 0, 0);
  const isActive = ({ UsageData }: VolumeSummary) => (UsageData?.RefCount ?? 0) > 0;
  return {
    type: 'Local Volumes',
    total: volumes.length,
    active: volumes.filter(isActive).length,
    size: sum(volumes.map(sizeOf)),
    reclaimable: sum(volumes.filter((volume) => !isActive(volume)).map(sizeOf)),
  };
}

function cacheRow({ BuildCache }: DiskUsage): UsageRow {
  const entries = BuildCache ?? [];
  return {
    type: 'Build Cache',
    total: entries.length,
    active: entries.filter(({ InUse }) => InUse).length,
    size: sum(entries.map(({ Size }) => Size)),
    reclaimable: sum(entries.filter(({ InUse, Shared }) => !InUse && !Shared).map(({ Size }) => Size)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
