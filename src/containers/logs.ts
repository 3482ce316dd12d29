import { invalidArgument, notImplemented } from '../errors/index.ts';
import type { LogEntry } from '../runtime/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';

/** Which part of a log; times in nanoseconds since the epoch; `tail` in lines, absent for all. */
export interface LogOptions {
  stdout: boolean;
  stderr: boolean;
  follow: boolean;
  since?: bigint | undefined;
  until?: bigint | undefined;
  tail?: number | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The container's log, oldest first. Following ends when the container stops, or at once where it is not running.
 * @throws invalid-argument where no stream is chosen; not-implemented where its log driver keeps nothing.
 */
export function readLogs(engine: Engine, container: Container, options: LogOptions): AsyncIterable<LogEntry> {
  if (!options.stdout && !options.stderr) {
    throw invalidArgument('Bad parameters: you must choose at least one stream');
  }
  if (container.record.hostConfig.LogConfig.Type === 'none') {
    throw notImplemented('configured logging driver does not support reading');
  }
  const { follow, ...rest } = options;
  const stop = container.isRunning ? container.nextExit.promise.then(() => {}) : Promise.resolve();
  return engine.runtime.logs(container.logPath, follow ? { ...rest, follow: true, stop } : { ...rest, follow: false });
}
