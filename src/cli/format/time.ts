import { humanDuration } from '../../wire/index.ts';

/** How long ago a moment (seconds since the epoch) was: "3 days ago". */
export function ago(epochSeconds: number, now = Date.now()): string {
  return `${humanDuration(now - epochSeconds * 1000)} ago`;
}

/** Local time as Go prints it: 2024-05-06 07:08:09 +0000 UTC. */
export function goTime(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  return `${localDay(date)} ${localClock(date)} ${offset(date, '')} ${zoneName(date)}`;
}

/** The same for a time given as RFC 3339, whose fraction and zone stay: 2024-05-06 07:08:09.12 +0000 UTC. */
export function goTimeOf(rfc3339: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[-+]\d\d:\d\d)$/.exec(rfc3339);
  if (match === null) return rfc3339;
  const [, day, clock, offsetText = 'Z'] = match;
  const [offsetShown, name] =
    offsetText === 'Z' ? ['+0000', 'UTC'] : [offsetText.replace(':', ''), offsetText.replace(':', '')];
  return `${day} ${clock?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')} ${offsetShown} ${name}`;
}

/** Local time as RFC 3339 with nanoseconds: 2024-05-06T07:08:09.123456789Z or +02:00. */
export function rfc3339Nano(epochNanoseconds: bigint): string {
  const date = new Date(Number(epochNanoseconds / 1_000_000n));
  const nanoseconds = String(epochNanoseconds % 1_000_000_000n).padStart(9, '0');
  return `${localDay(date)}T${localClock(date)}.${nanoseconds}${zone(date)}`;
}

/** Local time as RFC 3339 to the second. */
export function rfc3339(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  return `${localDay(date)}T${localClock(date)}${zone(date)}`;
}

function zone(date: Date): string {
  return date.getTimezoneOffset() === 0 ? 'Z' : offset(date, ':');
}

function localDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function localClock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function offset(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const magnitude = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.trunc(magnitude / 60))}${separator}${two(magnitude % 60)}`;
}

/** The zone's short name as the system has it ("CET"); Node only knows it through Intl, which may say "GMT+1". */
function zoneName(date: Date): string {
  if (date.getTimezoneOffset() === 0 && /^(UTC|Etc\/UTC|)$/.test(process.env.TZ ?? '')) return 'UTC';
  return (
    new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
      .formatToParts(date)
      .find((part) => part.type === 'timeZoneName')?.value ?? ''
  );
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
