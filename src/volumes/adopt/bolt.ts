import { systemError } from '../../errors/index.ts';

/*
 * Reads a bolt database, the format that Docker keeps its volumes' labels in: pages of one size, the first two of which are
 * meta pages; the valid one with the highest transaction has the root. Buckets are trees of branch and leaf pages; a small
 * bucket lies within its parent's value. Numbers are in the byte order of the machine that wrote them: little-endian here.
 * See the package documentation of go.etcd.io/bbolt.
 */

const MAGIC = 0xed0cdaed;
const BRANCH = 0x01;
const LEAF = 0x02;
const IS_BUCKET = 0x01;
const PAGE_HEADER = 16;
const BUCKET_HEADER = 16;

/** No tree of a database that fits into memory is deeper. */
const deepest = 30;

/** The keys and values of a top bucket, none where there is no such bucket. @throws system where the file is damaged. */
export function readBucket(file: Buffer, bucket: string): Map<string, Buffer> {
  try {
    const reader = new BoltReader(file);
    const found = reader.entries(reader.root).find(({ key, isBucket }) => isBucket && key === bucket);
    const entries = found === undefined ? [] : reader.entriesOf(found.value);
    return new Map(entries.flatMap(({ key, value, isBucket }) => (isBucket ? [] : [[key, value]])));
  } catch (error) {
    throw systemError('the database is damaged, or none of bolt', error);
  }
}

interface Entry {
  key: string;
  value: Buffer;
  isBucket: boolean;
}

class BoltReader {
  readonly #file: Buffer;
  readonly #pageSize: number;
  /** The page of the top bucket. */
  readonly root: number;

  constructor(file: Buffer) {
    this.#file = file;
    const [newest] = metas(file).sort((one, other) => Number(other.transaction - one.transaction));
    if (newest === undefined) throw new Error('no meta page');
    this.#pageSize = newest.pageSize;
    this.root = newest.root;
  }

  /** What is in a bucket, from its value in its parent. */
  entriesOf(value: Buffer): Entry[] {
    const root = Number(value.readBigUInt64LE(0));
    return root === 0 ? this.#entriesIn(value.subarray(BUCKET_HEADER), 0) : this.entries(root);
  }

  /** What is in the tree whose top is a page of that number. */
  entries(page: number, depth = 0): Entry[] {
    if (page * this.#pageSize >= this.#file.length || depth > deepest) throw new Error(`no page ${page}`);
    return this.#entriesIn(this.#file.subarray(page * this.#pageSize), depth);
  }

  #entriesIn(page: Buffer, depth: number): Entry[] {
    const flags = page.readUInt16LE(8);
    const elements = Array.from({ length: page.readUInt16LE(10) }, (_, index) => PAGE_HEADER + index * 16);
    if ((flags & BRANCH) !== 0) {
      return elements.flatMap((at) => this.entries(Number(page.readBigUInt64LE(at + 8)), depth + 1));
    }
    if ((flags & LEAF) === 0) throw new Error(`a page with flags ${flags}`);
    return elements.map((at) => leafEntry(page, at));
  }
}

function leafEntry(page: Buffer, at: number): Entry {
  const start = at + page.readUInt32LE(at + 4);
  const end = start + page.readUInt32LE(at + 8);
  const value = page.subarray(end, end + page.readUInt32LE(at + 12));
  return { key: page.subarray(start, end).toString(), value, isBucket: (page.readUInt32LE(at) & IS_BUCKET) !== 0 };
}

interface Meta {
  pageSize: number;
  root: number;
  transaction: bigint;
}

/** The meta pages that are whole; one may be half-written. */
function metas(file: Buffer): Meta[] {
  const sizes = [file.length > 28 ? file.readUInt32LE(PAGE_HEADER + 8) : 0, 4096, 16_384, 65_536];
  const starts = new Set([0, ...sizes.filter((size) => size > 0)]);
  return [...starts].flatMap((start) => {
    const meta = file.subarray(start + PAGE_HEADER, start + PAGE_HEADER + 64);
    if (meta.length < 64 || meta.readUInt32LE(0) !== MAGIC || checksum(meta) !== meta.readBigUInt64LE(56)) return [];
    return {
      pageSize: meta.readUInt32LE(8),
      root: Number(meta.readBigUInt64LE(16)),
      transaction: meta.readBigUInt64LE(48),
    };
  });
}

/** FNV-1a of 64 bits, over all of a meta page before its checksum. */
function checksum(meta: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of meta.subarray(0, 56)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
