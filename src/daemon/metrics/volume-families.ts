import type { Forecast, PoolRoom, VolumeView } from '../../volumes/index.ts';
import { isProtected } from '../../volumes/index.ts';
import type { Family, Labels, Sample } from './text-format.ts';

/** A volume, and how many containers refer to it and run with it. */
export interface CountedVolume extends VolumeView {
  users: { all: number; running: number };
}

/** What there is to tell of each volume; a figure that is not known is left out. */
export function volumeFamilies(volumes: readonly CountedVolume[]): Family[] {
  const each = (value: (volume: CountedVolume) => number | undefined, labels = nameOf): Sample[] =>
    volumes.flatMap((volume) => {
      const found = value(volume);
      return found === undefined ? [] : [{ labels: labels(volume), value: found }];
    });
  return [
    gauge(
      'holdfast_volume_info',
      'A volume, with its driver and pool.',
      each(() => 1, allOf),
    ),
    gauge(
      'holdfast_volume_size_bytes',
      'What the files of a volume hold.',
      each(({ size }) => size?.bytes),
    ),
    gauge(
      'holdfast_volume_size_timestamp_seconds',
      'When that was so.',
      each(({ size }) => size && size.at / 1000),
    ),
    gauge(
      'holdfast_volume_limit_bytes',
      'What a volume may hold, where it has a limit.',
      each(({ size }) => size?.limit || undefined),
    ),
    gauge(
      'holdfast_volume_containers',
      'Containers that refer to a volume.',
      each(({ users }) => users.all),
    ),
    gauge(
      'holdfast_volume_running_containers',
      'Those of them that run.',
      each(({ users }) => users.running),
    ),
    gauge(
      'holdfast_volume_protected',
      '1 where nobody can remove it.',
      each(({ volume }) => (isProtected(volume) ? 1 : 0)),
    ),
    gauge(
      'holdfast_volume_last_used_timestamp_seconds',
      'When a container last had it mounted, or began to.',
      each(({ lastUsedAt }) => seconds(lastUsedAt)),
    ),
    gauge(
      'holdfast_volume_last_backup_timestamp_seconds',
      'When it was last backed up.',
      each(({ lastBackupAt }) => seconds(lastBackupAt)),
    ),
  ];
}

/** How full the file systems are that pools lie on. */
export function poolFamilies(pools: readonly PoolRoom[]): Family[] {
  const each = (value: (pool: PoolRoom) => number): Sample[] =>
    pools.map((pool) => ({ labels: { pool: pool.name }, value: value(pool) }));
  return [
    gauge(
      'holdfast_pool_size_bytes',
      'The file system that a pool lies on.',
      each(({ total }) => total),
    ),
    gauge(
      'holdfast_pool_available_bytes',
      'What is left of it.',
      each(({ available }) => available),
    ),
  ];
}

/** Only what can be told: a pool that does not grow has no such time. */
export function forecastFamilies(forecasts: readonly Forecast[]): Family[] {
  const samples = forecasts.flatMap(({ kind, name, fullAt }) =>
    fullAt === undefined ? [] : [{ labels: { kind, name }, value: fullAt / 1000 }],
  );
  return [gauge('holdfast_full_timestamp_seconds', 'When a pool or volume will be full if it goes on so.', samples)];
}

export const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  type: 'gauge',
  help,
  samples,
});

const nameOf = ({ volume }: CountedVolume): Labels => ({ volume: volume.name });
const allOf = ({ volume, pool }: CountedVolume): Labels => ({ volume: volume.name, driver: volume.driver, pool });

const seconds = (time: string | null): number | undefined => (time === null ? undefined : Date.parse(time) / 1000);
