import { invalidArgument } from '../../errors/index.ts';
import type { TarHeader } from './tar-header.ts';

/** The records of a POSIX extended header, values as the bytes they are: extended attributes are no text. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

const xattrPrefix = 'SCHILY.xattr.';

/** Reads `LENGTH KEY=VALUE\n` records (POSIX.1-2001 pax). @throws invalid-argument where they are malformed. */
export function parsePaxRecords(data: Buffer): PaxRecords {
  const records = new Map<string, Buffer>();
  for (let start = 0; start < data.length; ) {
    const blank = data.indexOf(0x20, start);
    const length = Number(data.toString('latin1', start, blank));
    const end = start + length;
    const equals = data.indexOf(0x3d, blank);
    const isWhole = blank > start && Number.isInteger(length) && equals > blank && equals < end && end <= data.length;
    if (!isWhole || data[end - 1] !== 0x0a) throw invalidArgument('archive/tar: invalid tar header');
    records.set(data.toString('utf8', blank + 1, equals), data.subarray(equals + 1, end - 1));
    start = end;
  }
  return records;
}

/** A header with what extended records say instead. @throws invalid-argument for GNU's sparse maps, which are not read. */
export function withPaxRecords(header: TarHeader, records: PaxRecords): TarHeader {
  if ([...records.keys()].some((key) => key.startsWith('GNU.sparse.'))) {
    throw invalidArgument('archive/tar: sparse files are not supported; create the archive without --sparse');
  }
  const text = (key: string): string | undefined => records.get(key)?.toString('utf8');
  const number = (key: string): number | undefined => {
    const value = text(key);
    if (value === undefined || value === '') return undefined;
    if (!/^-?\d+(\.\d*)?$/.test(value)) throw invalidArgument('archive/tar: invalid tar header');
    return Number(value);
  };
  return {
    ...header,
    name: text('path') || header.name,
    linkName: text('linkpath') || header.linkName,
    size: number('size') ?? header.size,
    uid: number('uid') ?? header.uid,
    gid: number('gid') ?? header.gid,
    mtime: number('mtime') ?? header.mtime,
  };
}

/** The extended attributes among the records, by their names. */
export function xattrsOf(records: PaxRecords): ReadonlyMap<string, Buffer> {
  const attributes = [...records].filter(([key]) => key.startsWith(xattrPrefix));
  return new Map(attributes.map(([key, value]) => [key.slice(xattrPrefix.length), value]));
}
