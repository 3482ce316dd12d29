import type { App } from '../app.ts';
import { humanSize } from '../format/units.ts';

/** How far a transfer has got, in bytes; a `total` of 0 is not known. */
export interface TransferProgress {
  done: number;
  total: number;
}

/** What takes no longer than this is not worth a line; and how often the line is written anew. In milliseconds. */
const silentMs = 1000;
const everyMs = 500;
const CLEAR_LINE = '\u001b[2K\r';

/**
 * Does `work`, and where standard error is a terminal shows one line of how far it is, at what rate, and how long it will take.
 * @param line.sample asks how far it is; undefined where that cannot be told at the moment.
 */
export async function withTransferLine<T>(
  app: App,
  line: { what: string; sample(): Promise<TransferProgress | undefined> | TransferProgress | undefined },
  work: () => Promise<T>,
): Promise<T> {
  if (app.stderr.isTTY !== true) return work();
  const startedAt = performance.now();
  let shown = false;
  const show = async (): Promise<void> => {
    // A line without a figure is no trouble of the work's.
    const sample = await Promise.resolve(line.sample()).catch(() => undefined);
    const seconds = (performance.now() - startedAt) / 1000;
    if (timer === undefined || sample === undefined) return;
    app.stderr.write(`${CLEAR_LINE}${line.what}: ${progressText(sample, seconds)}`);
    shown = true;
  };
  let timer: NodeJS.Timeout | undefined = setTimeout(() => {
    void show();
    timer = setInterval(() => void show(), everyMs);
  }, silentMs);
  try {
    return await work();
  } finally {
    // Node's two kinds of timer are ended by either call.
    clearInterval(timer);
    timer = undefined;
    if (shown) app.stderr.write(CLEAR_LINE);
  }
}

/** `512MB of 1.2GB, 250MB/s, 3s left`. @param seconds since it began. */
export function progressText({ done, total }: TransferProgress, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const size = total > 0 ? `${humanSize(done, 3)} of ${humanSize(total, 3)}` : humanSize(done, 3);
  const left = total > 0 && rate > 0 ? `, ${duration(Math.max(total - done, 0) / rate)} left` : '';
  return `${size}, ${humanSize(rate, 3)}/s${left}`;
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h${Math.floor((whole % 3600) / 60)}m`;
}
