import { pino } from 'pino';
import type { Log } from '../host/index.ts';

/** The daemon's log: one JSON object a line on standard error, written before the call returns, so that a crash loses none. */
export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
