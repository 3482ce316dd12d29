import { invalidArgument } from '../../errors/index.ts';

/** The kinds of member that a tar archive can carry into a file system. */
export type TarType = 'file' | 'link' | 'symlink' | 'character-device' | 'block-device' | 'directory' | 'fifo';

/** One member as its own header block tells it; what extended headers add comes on top. */
export interface TarHeader {
  name: string;
  /** The type flag as it stands, '0' where an old archive has none. */
  flag: string;
  /** Permission bits with set-id and sticky bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of content that follow. */
  size: number;
  /** Seconds since the epoch, with a fraction where there is one. */
  mtime: number;
  linkName: string;
  major: number;
  minor: number;
}

export const blockBytes = 512;

const types: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '7': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
};

/** What a member is. A file whose name ends in a slash is a folder: so said archives older than the folder flag. */
export function tarType(header: Pick<TarHeader, 'flag' | 'name'>): TarType {
  const type = types[header.flag];
  if (type === undefined) throw invalidArgument(`unhandled tar header type ${header.flag.charCodeAt(0)}`);
  return type === 'file' && header.name.endsWith('/') ? 'directory' : type;
}

/**
 * Reads a header block (POSIX ustar and GNU formats).
 * @returns undefined for a block of zeros, which ends an archive.
 * @throws invalid-argument where the checksum is wrong.
 */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (block[0] === 0 && block.every((byte) => byte === 0)) return undefined;
  if (octal(block, 148, 8) !== checksum(block)) throw invalidArgument('archive/tar: invalid tar header');
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    flag: block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0),
    mode: number(block, 100, 8) & 0o7777,
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    mtime: number(block, 136, 12),
    linkName: text(block, 157, 100),
    major: number(block, 329, 8),
    minor: number(block, 337, 8),
  };
}

/** The sum of all bytes, those of the checksum itself counted as blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  // By index: an iterator makes reading an archive of small files twice as slow.
  for (let index = 0; index < blockBytes; index += 1) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum;
}

/** A text field ends at its first NUL, or at its end. */
export function text(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** A numeric field: octal digits, or, with its first bit set, GNU's two's complement in base 256. */
function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) === 0) return octal(block, start, length);
  let value = (first & 0x40) === 0 ? BigInt(first & 0x3f) : BigInt(first & 0x3f) - 0x40n;
  for (const byte of block.subarray(start + 1, start + length)) value = value * 256n + BigInt(byte);
  return checked(Number(value));
}

function octal(block: Buffer, start: number, length: number): number {
  const digits = block
    .toString('latin1', start, start + length)
    .replace(/\0.*$/s, '')
    .trim();
  if (!/^[0-7]*$/.test(digits)) throw invalidArgument('archive/tar: invalid tar header');
  return checked(digits === '' ? 0 : Number.parseInt(digits, 8));
}

function checked(value: number): number {
  if (!Number.isSafeInteger(value)) throw invalidArgument('archive/tar: invalid tar header');
  return value;
}
