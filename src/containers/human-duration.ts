/** Each unit from the largest, with the count of seconds from which Docker begins to use it. */
const scales = [
  { from: 2 * 365 * 86_400, seconds: 365 * 86_400, name: 'years' },
  { from: 2 * 30 * 86_400, seconds: 30 * 86_400, name: 'months' },
  { from: 14 * 86_400, seconds: 7 * 86_400, name: 'weeks' },
  { from: 48 * 3600, seconds: 86_400, name: 'days' },
] as const;

/**
 * Says how long something lasted, as `docker ps` does ("Less than a second", "About a minute", "3 days").
 * @param milliseconds negative ones (a clock that was set back) read as none at all.
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  // Hours are the one unit that Docker rounds to the nearest instead of cutting off.
  const hours = Math.trunc(milliseconds / 3_600_000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  const scale = scales.find(({ from }) => hours * 3600 >= from);
  return scale === undefined ? `${hours} hours` : `${Math.trunc((hours * 3600) / scale.seconds)} ${scale.name}`;
}
