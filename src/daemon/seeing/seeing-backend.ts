import type { SeeingBackend, VolumeViewAnswer } from '../../server/index.ts';
import { isAnonymous, isProtected, type VolumeView } from '../../volumes/index.ts';
import type { Engine } from '../engine.ts';
import { activityOf } from './activity.ts';
import { alarmOf, toForecast } from './forecast.ts';
import { toSize } from './to-size.ts';

/** Joins what volumes and containers know of each other. */
export function seeingBackend({ volumes, containers }: Engine): Omit<SeeingBackend, 'metrics'> {
  const { sight } = volumes;
  const { volumeUsers } = containers;
  const answer = (view: VolumeView): VolumeViewAnswer => ({
    ...ofVolume(view),
    users: volumeUsers.of(view.volume.name).map(({ id, name, running }) => ({ id, name, running })),
  });
  return {
    async volumes(filters) {
      const found = await volumes.list(filters);
      const views = await sight.viewsOf(found.volumes);
      const alarms = (await sight.forecasts()).flatMap(alarmOf);
      return { volumes: views.map(answer), warnings: [...found.warnings, ...alarms] };
    },
    async volume(name) {
      const [view] = await sight.viewsOf([await volumes.get(name)]);
      if (view === undefined) throw new Error('a view of one volume is one');
      const { createdFor, users, steps } = sight.historyOf(name);
      return {
        ...answer(view),
        history: { createdFor, users, steps },
        warnings: await volumeUsers.warningsAbout(name),
      };
    },
    async prunable(filters) {
      const found = await volumes.prunable(filters, { all: false });
      return {
        volumes: found.map(({ name, size }) => ({ name, size: size ?? null })),
        size: found.reduce((sum, { size }) => sum + (size ?? 0), 0),
      };
    },
    forecasts: async () => (await sight.forecasts()).map(toForecast),
    activity: () => activityOf(containers.volumeUsers.activity(), sight),
    containerWarnings: (ref) => volumeUsers.warningsOf(ref),
  };
}

function ofVolume({ volume, pool, size, lastUsedAt, lastBackupAt }: VolumeView): Omit<VolumeViewAnswer, 'users'> {
  const { name, driver, createdAt, labels } = volume;
  return {
    name,
    driver,
    pool,
    createdAt,
    labels: labels === null ? null : { ...labels },
    anonymous: isAnonymous(volume),
    protected: isProtected(volume),
    ...toSize(size),
    lastUsedAt,
    lastBackupAt,
  };
}
