import { formatTime } from '../../../wire/index.ts';
import { frame } from '../../frames.ts';
import type { LogLine } from './backend.ts';

export interface LogFormat {
  /** Whether to tell the streams apart by frames. */
  framed: boolean;
  timestamps: boolean;
}

const NEWLINE = 0x0a;

/** A log as it goes over the wire: one frame an entry; times stand at the beginnings of lines, never inside one. */
export async function* formatLog(entries: AsyncIterable<LogLine>, format: LogFormat): AsyncGenerator<Buffer> {
  const withinLine = { stdout: false, stderr: false };
  for await (const { stream, time, data } of entries) {
    const stamp = format.timestamps && !withinLine[stream] ? Buffer.from(`${formatTime(time)} `) : undefined;
    withinLine[stream] = data.at(-1) !== NEWLINE;
    const payload = stamp === undefined ? data : Buffer.concat([stamp, data]);
    yield format.framed ? frame(stream === 'stdout' ? 1 : 2, payload) : payload;
  }
}
