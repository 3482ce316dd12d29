import { parseRetention, type Retention, Schedule } from '../calendar/index.ts';
import { isKind } from '../errors/index.ts';
import type { Volume } from '../volumes/index.ts';
import type { Core } from './core.ts';
import { backupLabels, labelOf } from './labels.ts';

/** Compose and `docker run` make volumes without a name for what nobody wants to keep. */
const anonymousLabel = 'com.docker.volume.anonymous';
const never = 'none';

/** When a volume is backed up: by its label, else as the daemon's default has it for volumes with a name; "" for never. */
export function scheduleOf(core: Core, volume: Volume): string {
  const own = labelOf(volume, backupLabels.schedule);
  if (own !== '') return own === never ? '' : own;
  const isForOthers = labelOf(volume, 'holdfast.drill') !== '' || volume.labels?.[anonymousLabel] !== undefined;
  return isForOthers ? '' : core.defaults.schedule;
}

/** How many backups of a volume are kept: by its label, else by the daemon's default; "" for all. */
export const keepOf = (core: Core, volume: Volume): string => labelOf(volume, backupLabels.keep) || core.defaults.keep;

/** When the schedule is due next after a moment; undefined where it never is, or is none. */
export function nextOf(schedule: string, after: Date): Date | undefined {
  if (schedule === '') return undefined;
  try {
    return Schedule.parse(schedule).next(after);
  } catch (error) {
    if (isKind(error, 'invalid-argument')) return undefined;
    throw error;
  }
}

/** What `restic forget` is to keep. @throws invalid-argument for a text that says nothing of the kind. */
export function keepFlags(text: string): string[] {
  const { hours, days, weeks, months, years }: Retention = parseRetention(text);
  const tiers: Array<[string, number]> = [
    ['hourly', hours],
    ['daily', days],
    ['weekly', weeks],
    ['monthly', months],
    ['yearly', years],
  ];
  return tiers.flatMap(([tier, count]) => (count === 0 ? [] : [`--keep-${tier}`, String(count)]));
}
