import type { RequestMeter, RouteReading } from '../../server/index.ts';
import { RELEASE } from '../../wire/index.ts';
import type { Engine } from '../engine.ts';
import type { EventCounts } from './event-counts.ts';
import { type Family, metricsText, type Sample } from './text-format.ts';
import { forecastFamilies, gauge, poolFamilies, volumeFamilies } from './volume-families.ts';

/** Everything that a scrape is told. Read from memory, and one question to the kernel a pool: it waits for no disk. */
export async function engineMetrics(engine: Engine, meter: RequestMeter, counts: EventCounts): Promise<string> {
  const { volumes, containers, images } = engine;
  const views = await volumes.sight.viewsOf((await volumes.list(new Map())).volumes);
  const { running, paused, stopped } = containers.counts();
  const states = Object.entries({ running, paused, stopped });
  return metricsText([
    gauge('holdfast_build_info', 'The version of the daemon.', [{ labels: { version: RELEASE }, value: 1 }]),
    gauge('holdfast_process_resident_memory_bytes', 'Memory of the daemon.', [{ value: process.memoryUsage.rss() }]),
    gauge(
      'holdfast_containers',
      'Containers by state.',
      states.map(([state, value]) => ({ labels: { state }, value })),
    ),
    gauge('holdfast_images', 'Images.', [{ value: images.count() }]),
    gauge('holdfast_volumes', 'Volumes.', [{ value: views.length }]),
    ...volumeFamilies(
      views.map((view) => {
        const users = containers.volumeUsers.of(view.volume.name);
        return { ...view, users: { all: users.length, running: users.filter((user) => user.running).length } };
      }),
    ),
    ...poolFamilies(volumes.sight.pools()),
    ...forecastFamilies(await volumes.sight.forecasts()),
    ...trashFamilies(volumes.trash.list()),
    ...counts.families(),
    ...requestFamilies(meter.readings()),
  ]);
}

function trashFamilies(kept: ReadonlyArray<{ size: number | undefined }>): Family[] {
  const bytes = kept.reduce((sum, { size = 0 }) => sum + size, 0);
  return [
    gauge('holdfast_trash_volumes', 'Removed volumes that can be had back.', [{ value: kept.length }]),
    gauge('holdfast_trash_bytes', 'What they hold, as far as it is known.', [{ value: bytes }]),
  ];
}

function requestFamilies(routes: readonly RouteReading[]): Family[] {
  const labelsOf = ({ method, path }: RouteReading) => ({ method, route: path });
  const answers = (route: RouteReading): Sample[] =>
    [...route.statuses].map(([status, value]) => ({ labels: { ...labelsOf(route), status: String(status) }, value }));
  const durations = (route: RouteReading): Sample[] => [
    { suffix: '_sum', labels: labelsOf(route), value: route.seconds },
    { suffix: '_count', labels: labelsOf(route), value: [...route.statuses.values()].reduce((sum, n) => sum + n, 0) },
  ];
  return [
    {
      name: 'holdfast_api_requests_total',
      type: 'counter',
      help: 'Requests that were answered, by route and status.',
      samples: routes.flatMap(answers),
    },
    {
      name: 'holdfast_api_request_seconds',
      type: 'summary',
      help: 'How long answers took, streams until their end.',
      samples: routes.flatMap(durations),
    },
  ];
}
