/** A piece of a container's output as it is in its log: a whole line with its newline, or a part of one without. */
export interface LogEntry {
  stream: 'stdout' | 'stderr';
  /** In nanoseconds since the epoch: when conmon read it. */
  time: bigint;
  data: Buffer;
}

const newline = 0x0a;
const blank = 0x20;
const full = 0x46;
const partial = 0x50;

/** Where the parts of a record are; see {@link parseHeader}. */
export interface RecordHeader {
  stream: 'stdout' | 'stderr';
  /** The record ends a line of output. */
  endsLine: boolean;
  /** Where the time stamp ends and the content begins. */
  timeEnd: number;
  contentStart: number;
}

/**
 * Reads the start of a record of conmon's k8s-file format (the Kubernetes CRI's): `TIME STREAM P|F CONTENT`, P for a part
 * of a line, F for its end. undefined where the bytes are none.
 */
export function parseHeader(record: Buffer): RecordHeader | undefined {
  const timeEnd = record.indexOf(blank);
  // A time stamp with nanoseconds and zone has 35 bytes, or 30 with `Z`.
  if (timeEnd < 20 || timeEnd > 40) return undefined;
  const streamEnd = timeEnd + 7;
  const name = record.toString('latin1', timeEnd + 1, streamEnd);
  if ((name !== 'stdout' && name !== 'stderr') || record[streamEnd] !== blank) return undefined;
  const tag = record[streamEnd + 1];
  if ((tag !== full && tag !== partial) || record[streamEnd + 2] !== blank) return undefined;
  return { stream: name, endsLine: tag === full, timeEnd, contentStart: streamEnd + 3 };
}

/** Longer than this no record is: conmon reads 8 KiB at once. What is longer is not a log. */
const maxRecordBytes = 1024 * 1024;

/** Turns the bytes of a log, as they come, into entries. Lines that are no records are passed over. */
export class LogParser {
  #rest: Buffer = Buffer.alloc(0);
  readonly #clock = new Clock();

  *push(chunk: Buffer): Generator<LogEntry> {
    let from = 0;
    for (;;) {
      const at = chunk.indexOf(newline, from);
      if (at < 0) break;
      const record = this.#joined(chunk.subarray(from, at + 1));
      from = at + 1;
      const entry = this.#entry(record, true);
      if (entry !== undefined) yield entry;
    }
    this.#rest = this.#joined(chunk.subarray(from));
    if (this.#rest.length > maxRecordBytes) this.#rest = Buffer.alloc(0);
  }

  /** What came without a newline at the very end, as of a conmon that was killed while it wrote. */
  *end(): Generator<LogEntry> {
    const entry = this.#entry(this.#joined(Buffer.alloc(0)), false);
    if (entry !== undefined && entry.data.length > 0) yield entry;
  }

  #joined(part: Buffer): Buffer {
    if (this.#rest.length === 0) return part;
    const whole = Buffer.concat([this.#rest, part]);
    this.#rest = Buffer.alloc(0);
    return whole;
  }

  #entry(record: Buffer, isWhole: boolean): LogEntry | undefined {
    const header = parseHeader(record);
    if (header === undefined) return undefined;
    const time = this.#clock.read(record.toString('latin1', 0, header.timeEnd));
    if (time === undefined) return undefined;
    // The newline of an F record is the output's own; that of a P record is only the record's.
    const end = isWhole && !header.endsLine ? record.length - 1 : record.length;
    return { stream: header.stream, time, data: record.subarray(header.contentStart, end) };
  }
}

/** Reads RFC 3339 time stamps with nanoseconds; those that follow each other mostly share their second. */
export class Clock {
  #second = '';
  #zone = '';
  #base = 0n;

  /** In nanoseconds since the epoch; undefined where it is no time. */
  read(text: string): bigint | undefined {
    const [, second, fraction = '', zone] = /^(\S{19})(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
    if (second === undefined || zone === undefined) return undefined;
    if (second !== this.#second || zone !== this.#zone) {
      const milliseconds = Date.parse(`${second}${zone}`);
      if (Number.isNaN(milliseconds)) return undefined;
      this.#second = second;
      this.#zone = zone;
      this.#base = BigInt(milliseconds) * 1_000_000n;
    }
    return this.#base + BigInt(fraction.padEnd(9, '0'));
  }
}
