import type { ForecastAnswer } from '../../server/index.ts';
import type { Forecast } from '../../volumes/index.ts';
import { humanDuration } from '../../wire/index.ts';

/** As the API has it. */
export function toForecast({ kind, name, used, total, fullAt }: Forecast): ForecastAnswer {
  // Beyond what a date can be, it is never.
  const isTime = fullAt !== undefined && Math.abs(fullAt) < 8e15;
  return { kind, name, used, total, fullAt: isTime ? new Date(fullAt).toISOString() : null };
}

const weekMs = 7 * 86_400_000;

/** A sentence for the user where it will be full within a week. */
export function alarmOf({ kind, name, fullAt }: Forecast): string[] {
  const left = fullAt === undefined ? Number.POSITIVE_INFINITY : fullAt - Date.now();
  if (left > weekMs) return [];
  const what = kind === 'pool' ? `the file system of pool ${name}` : `volume ${name}`;
  if (left <= 0) return [`${what} is full`];
  return [`${what} will be full in ${humanDuration(left).toLowerCase()}, if it goes on growing as it did`];
}
