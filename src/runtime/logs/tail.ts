import { readSync } from 'node:fs';
import { parseHeader } from './entry.ts';

const blockBytes = 64 * 1024;
const newline = 0x0a;
/** A stretch without a newline that is longer than any record: not a log, so the search ends there. */
const maxRecordBytes = 1024 * 1024;

/** A file of a log, and how much of it to look at, in bytes. */
export interface TailFile {
  fd: number;
  size: number;
}

/**
 * Where the last `lines` lines of a log begin, found from its end: in which of its files, and at which byte. Parts of a line
 * count as the line that they are part of, whichever file they are in; output that ends without a newline is a line too.
 * @param files oldest first
 */
export function tailStart(files: readonly TailFile[], lines: number): { index: number; offset: number } {
  const newest = { index: Math.max(0, files.length - 1), offset: files.at(-1)?.size ?? 0 };
  if (lines <= 0) return newest;
  const counter = new LineCounter(lines);
  for (const [index, file] of [...files.entries()].reverse()) {
    const offset = offsetIn(file, counter);
    if (offset !== undefined) return { index, offset };
  }
  return { index: 0, offset: 0 };
}

/** @returns undefined where all of the file is wanted, and maybe some of the one before */
function offsetIn({ fd, size }: TailFile, counter: LineCounter): number | undefined {
  let carried = Buffer.alloc(0);
  for (let position = size; position > 0; ) {
    const start = Math.max(0, position - blockBytes);
    const block = Buffer.concat([readAt(fd, start, position - start), carried]);
    let end = block.length;
    for (;;) {
      // The newline before the last byte is the end of the record before.
      const at = end < 2 ? -1 : block.lastIndexOf(newline, end - 2);
      if (at < 0) break;
      if (counter.isEnough(block.subarray(at + 1, end))) return start + end;
      end = at + 1;
    }
    carried = block.subarray(0, end);
    position = start;
    if (carried.length > maxRecordBytes) return start + end;
  }
  return carried.length > 0 && counter.isEnough(carried) ? carried.length : undefined;
}

/** Counts lines, given records from the last to the first. */
class LineCounter {
  readonly #wanted: number;
  readonly #seen = new Set<string>();
  #lines = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** @returns whether this record belongs to a line that is one too many */
  isEnough(record: Buffer): boolean {
    const header = parseHeader(record);
    if (header === undefined) return false;
    // A part belongs to the line that the next record of its stream goes on with, if there is one.
    const endsLine = header.endsLine || !this.#seen.has(header.stream);
    this.#seen.add(header.stream);
    if (endsLine) this.#lines += 1;
    return this.#lines > this.#wanted;
  }
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, buffer, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}
