import { type LogEntry, LogParser } from './entry.ts';
import { LogFile } from './file.ts';

/** Which part of a log; times in nanoseconds since the epoch, both inclusive. */
export interface LogOptions {
  /** Both streams where neither is given. */
  stdout?: boolean | undefined;
  stderr?: boolean | undefined;
  since?: bigint | undefined;
  until?: bigint | undefined;
  /** Only the last lines of what there is at the beginning. */
  tail?: number | undefined;
  /** Go on with what is written, until `stop` resolves and everything written before has been read. */
  follow?: boolean | undefined;
  stop?: Promise<unknown> | undefined;
  /** Ends the reading at once. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads a log, oldest entry first, without holding more of it than one block in memory. A log that is not there has no
 * entries (yet). The files of one that was rotated are read as one, also where that happens meanwhile.
 */
export async function* readLog(path: string, options: LogOptions = {}): AsyncGenerator<LogEntry> {
  const file = new LogFile(path, options);
  try {
    if (!(await file.open())) return;
    if (options.tail !== undefined) file.seekTail(options.tail);
    let parser = new LogParser();
    for await (const block of file.blocks()) {
      if (block === 'anew') {
        yield* chosen(parser.end(), options);
        parser = new LogParser();
        continue;
      }
      for (const entry of parser.push(block)) {
        if (options.until !== undefined && entry.time > options.until) return;
        if (isChosen(entry, options)) yield entry;
      }
    }
    yield* chosen(parser.end(), options);
  } finally {
    file.close();
  }
}

function* chosen(entries: Iterable<LogEntry>, options: LogOptions): Generator<LogEntry> {
  for (const entry of entries) if (isChosen(entry, options)) yield entry;
}

function isChosen({ stream, time }: LogEntry, { stdout, stderr, since, until }: LogOptions): boolean {
  if (since !== undefined && time < since) return false;
  if (until !== undefined && time > until) return false;
  if (stdout === undefined && stderr === undefined) return true;
  return (stream === 'stdout' ? stdout : stderr) === true;
}
