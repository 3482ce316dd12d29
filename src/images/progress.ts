import { formatSize, type Progress } from '../wire/index.ts';

/** Tells progress; never waits. */
export type Report = (progress: Progress) => void;

const WIDTH = 50;
const EVERY_MS = 100;

/**
 * A line of progress in bytes, with the bar that plain clients show as it is.
 * @param total bytes; 0 where that is not known.
 */
export function byteProgress(
  status: string,
  id: string,
  { current, total }: { current: number; total: number },
): Progress {
  if (total <= 0) return { status, progressDetail: { current }, progress: formatSize(current), id };
  const filled = Math.min(WIDTH, Math.floor((current / total) * WIDTH));
  const bar = `${'='.repeat(filled)}>`.slice(0, WIDTH).padEnd(WIDTH);
  const progress = `[${bar}]  ${formatSize(current).padStart(7)}/${formatSize(total)}`;
  return { status, progressDetail: { current, total }, progress, id };
}

/** Lets through the first message of each kind and id, and then one in a while: nobody reads a thousand a second. */
export function throttled(report: Report): Report {
  const last = new Map<string, number>();
  return (progress) => {
    const key = `${progress.status} ${progress.id}`;
    const now = performance.now();
    const { current, total } = progress.progressDetail ?? {};
    if (current !== total && now - (last.get(key) ?? -EVERY_MS) < EVERY_MS) return;
    last.set(key, now);
    report(progress);
  };
}
