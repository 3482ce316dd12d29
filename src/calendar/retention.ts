import { invalidArgument } from '../errors/index.ts';

/** How many to keep of each kind, as restic's `--keep-hourly` and so on: 0 of a kind that was not named. */
export interface Retention {
  hours: number;
  days: number;
  weeks: number;
  months: number;
  years: number;
}

const units: Readonly<Record<string, keyof Retention>> = {
  h: 'hours',
  d: 'days',
  w: 'weeks',
  m: 'months',
  y: 'years',
};

/**
 * Reads tiers such as `7d,4w,6m` or `24h,7d`: of each of the last seven days that have any the newest, and of each of the
 * last four weeks, and of each of the last six months.
 * @throws invalid-argument for anything else; a text that keeps nothing is refused, since it would delete everything.
 */
export function parseRetention(text: string): Retention {
  const retention: Retention = { hours: 0, days: 0, weeks: 0, months: 0, years: 0 };
  for (const tier of text.split(',')) {
    const [, count, letter = ''] = /^([1-9]\d{0,4})([hdwmy])$/.exec(tier.trim()) ?? [];
    const unit = units[letter];
    if (count === undefined || unit === undefined) throw notRetention(text);
    if (retention[unit] !== 0)
      throw invalidArgument(`${JSON.stringify(text)} names ${unit} twice: write each of h, d, w, m and y once`);
    retention[unit] = Number(count);
  }
  return retention;
}

const notRetention = (text: string) =>
  invalidArgument(
    `${JSON.stringify(text)} does not say what to keep: write how many hours (h), days (d), weeks (w), months (m) and years (y), such as 7d,4w,6m`,
  );

/**
 * Which of these stay: of each period the newest, as far back as each tier reaches. Periods without any are not counted, so
 * a machine that was off for a month loses nothing by that. Days begin at the daemon's local midnight, weeks on Monday.
 */
export function kept<T>(all: readonly T[], timeOf: (item: T) => Date, retention: Retention): Set<T> {
  const newestFirst = all.toSorted((a, b) => timeOf(b).getTime() - timeOf(a).getTime());
  const stay = new Set<T>();
  for (const unit of Object.values(units)) {
    const periods = new Set<string>();
    for (const item of newestFirst) {
      const period = periodOf[unit](timeOf(item));
      if (periods.has(period)) continue;
      if (periods.size === retention[unit]) break;
      periods.add(period);
      stay.add(item);
    }
  }
  return stay;
}

const hourMs = 3_600_000;

/** What of a time two in the same period have in common. */
const periodOf: Readonly<Record<keyof Retention, (time: Date) => string>> = {
  hours: (time) => String(Math.floor(time.getTime() / hourMs)),
  days: (time) => time.toDateString(),
  weeks: (time) => mondayOf(time).toDateString(),
  months: (time) => `${time.getFullYear()}-${time.getMonth()}`,
  years: (time) => String(time.getFullYear()),
};

function mondayOf(time: Date): Date {
  const sinceMonday = (time.getDay() + 6) % 7;
  return new Date(time.getFullYear(), time.getMonth(), time.getDate() - sinceMonday);
}
