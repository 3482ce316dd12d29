import { invalidArgument } from '../errors/index.ts';
import { BLOCK, decodeHeader, isZeroBlock, type RawHeader } from './tar-header.ts';

/** What a tar archive says of one member. Names are bytes (latin1), as in the archive. */
export interface TarEntry {
  name: string;
  linkName: string;
  /** As in RawHeader, without the extension types. */
  type: string;
  /** Bytes of the file when unpacked; 0 for anything but files. */
  size: number;
  /** Bytes of it in the archive: less than `size` where it has holes. */
  stored: number;
}

/** As other readers of layers bound the headers that hold long names. */
const MAX_EXTENSION = 1024 * 1024;
const known = '01234567S';
/** Types whose body, if they claim one, readers disagree about: skipped by some, taken for the next header by others. */
const bodiless = '23456';

/**
 * Reads the headers of a tar archive that passes by in chunks, without holding on to it: what is handed to an extracting
 * tar can so be checked, measured and hashed in the same pass.
 */
export class TarScan {
  readonly #onEntry: (entry: TarEntry) => void;
  readonly #onComment: (comment: string) => void;
  #partial = Buffer.alloc(0);
  #skip = 0;
  #collect: { type: string; left: number; size: number; chunks: Buffer[] } | undefined;
  #next: { name?: string; sparseName?: string; linkName?: string; size?: number; realSize?: number } = {};
  /** Bytes of the body that follow once the blocks of a sparse map, under way now, are over. */
  #bodyAfterMap: number | undefined;
  #ended = false;

  /**
   * @param onEntry may throw to stop the scan; the error comes out of `push`.
   * @param onComment gets the comments of the whole archive (pax `comment` in a global header), which no reader minds.
   */
  constructor(onEntry: (entry: TarEntry) => void, onComment: (comment: string) => void = () => {}) {
    this.#onEntry = onEntry;
    this.#onComment = onComment;
  }

  /** @throws invalid-argument where the bytes are no tar archive, or one that readers would understand differently. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#ended) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
      } else if (this.#collect !== undefined && this.#collect.left > 0) {
        const step = Math.min(this.#collect.left, chunk.length - at);
        this.#collect.chunks.push(chunk.subarray(at, at + step));
        this.#collect.left -= step;
        at += step;
        if (this.#collect.left === 0) this.#extension();
      } else {
        at += this.#fillBlock(chunk, at);
      }
    }
  }

  /** Whether the end-of-archive mark has passed. */
  get ended(): boolean {
    return this.#ended;
  }

  /** To be called after the last chunk. @throws invalid-argument `unexpected EOF` where the archive was cut off. */
  finish(): void {
    if (this.#ended) return;
    if (this.#skip > 0 || this.#collect !== undefined || this.#partial.length > 0 || this.#bodyAfterMap !== undefined) {
      throw invalidArgument('unexpected EOF');
    }
  }

  #fillBlock(chunk: Buffer, at: number): number {
    const missing = BLOCK - this.#partial.length;
    const piece = chunk.subarray(at, at + missing);
    const block = this.#partial.length === 0 ? piece : Buffer.concat([this.#partial, piece]);
    if (block.length < BLOCK) {
      this.#partial = Buffer.from(block);
      return piece.length;
    }
    this.#partial = Buffer.alloc(0);
    this.#block(block);
    return piece.length;
  }

  #block(block: Buffer): void {
    if (this.#bodyAfterMap !== undefined) {
      if (block[504] !== 0) return;
      this.#skip = this.#bodyAfterMap;
      this.#bodyAfterMap = undefined;
      return;
    }
    if (isZeroBlock(block)) {
      this.#ended = true;
      return;
    }
    const header = decodeHeader(block);
    if (header === undefined || !(header.size >= 0)) throw invalidArgument('invalid tar header');
    if ('xgLK'.includes(header.type)) this.#startExtension(header);
    else this.#entry(header);
  }

  #startExtension(header: RawHeader): void {
    if (header.size > MAX_EXTENSION) throw invalidArgument('invalid tar header: an extended header is too large');
    this.#collect = { type: header.type, left: header.size, size: header.size, chunks: [] };
    if (header.size === 0) this.#extension();
  }

  #extension(): void {
    const { type, size, chunks } = this.#collect ?? { type: '', size: 0, chunks: [] };
    this.#collect = undefined;
    this.#skip = (BLOCK - (size % BLOCK)) % BLOCK;
    const body = Buffer.concat(chunks);
    if (type === 'L') this.#next.name = untilNul(body.toString('latin1'));
    else if (type === 'K') this.#next.linkName = untilNul(body.toString('latin1'));
    else for (const [key, value] of paxRecords(body)) this.#record({ key, value, global: type === 'g' });
  }

  #record({ key, value, global }: { key: string; value: string; global: boolean }): void {
    if (global && key === 'comment') this.#onComment(Buffer.from(value, 'latin1').toString());
    const decides = key === 'path' || key === 'linkpath' || key === 'size' || key.startsWith('GNU.sparse.');
    if (!decides) return;
    // For all members that follow to some readers, for none to others.
    if (global) throw invalidArgument(`invalid tar header: ${key} in a global extended header`);
    if (key === 'path') this.#next.name = value;
    else if (key === 'GNU.sparse.name') this.#next.sparseName = value;
    else if (key === 'linkpath') this.#next.linkName = value;
    else if (key === 'size') this.#next.size = decimal(value);
    else if (key === 'GNU.sparse.realsize' || key === 'GNU.sparse.size') this.#next.realSize = decimal(value);
  }

  #entry(header: RawHeader): void {
    const next = this.#next;
    this.#next = {};
    const { type } = header;
    if (!known.includes(type)) throw invalidArgument(`unhandled tar header type ${type.charCodeAt(0)}`);
    const stored = type === '1' ? 0 : (next.size ?? header.size);
    if (stored > 0 && bodiless.includes(type)) throw invalidArgument('invalid tar header: a body where none can be');
    const body = Math.ceil(stored / BLOCK) * BLOCK;
    if (header.extended) this.#bodyAfterMap = body;
    else this.#skip = body;
    const isFile = type === '0' || type === '7' || type === 'S';
    this.#onEntry({
      name: next.sparseName ?? next.name ?? header.name,
      linkName: next.linkName ?? header.linkName,
      type,
      stored,
      size: isFile ? (next.realSize ?? (type === 'S' ? header.realSize : stored)) : 0,
    });
  }
}

/** The `length key=value\n` records of an extended header (POSIX pax). */
function paxRecords(body: Buffer): Array<[key: string, value: string]> {
  const records: Array<[string, string]> = [];
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = space === -1 ? Number.NaN : decimal(body.toString('latin1', at, space));
    const record = body.toString('latin1', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const ends = body[at + length - 1] === 0x0a;
    if (!(length > 0) || !ends || equals === -1) throw invalidArgument('invalid tar header: a bad extended header');
    records.push([record.slice(0, equals), record.slice(equals + 1)]);
    at += length;
  }
  return records;
}

function decimal(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalidArgument('invalid tar header: a bad number');
  return value;
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}
