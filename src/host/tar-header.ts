/** The size of a tar block in bytes; every header is one, every body is padded to a multiple. */
export const BLOCK = 512;

/** One header block, before the long names and sizes that extended headers may carry for it. */
export interface RawHeader {
  /** Name and link target as bytes (latin1), since file names need not be UTF-8. */
  name: string;
  linkName: string;
  /** `0` file, `1` hard link, `2` link, `3` `4` devices, `5` folder, `6` fifo, `S` sparse, `x` `g` `L` `K` extensions. */
  type: string;
  /** Bytes of body that follow. */
  size: number;
  /** Old GNU sparse files: the size when unpacked, and whether a block with more of the map follows. */
  realSize: number;
  extended: boolean;
}

/** Reads a header block. Undefined where its checksum is wrong: not a tar archive, or a damaged one. */
export function decodeHeader(block: Buffer): RawHeader | undefined {
  if (numberAt(block, 148, 8) !== checksum(block)) return undefined;
  const type = String.fromCharCode(block[156] ?? 0);
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textAt(block, 157, 100),
    type: type === '\0' ? '0' : type,
    size: numberAt(block, 124, 12),
    realSize: type === 'S' ? numberAt(block, 483, 12) : 0,
    extended: type === 'S' && block[482] !== 0,
  };
}

/**
 * The blocks that stand before the body of a regular file.
 * @param file.name as bytes (latin1); long ones get GNU's long name entry in front, which every reader knows.
 * @param file.mtime seconds since the epoch.
 */
export function encodeHeader(file: { name: string; size: number; mode: number; mtime: number }): Buffer {
  if (file.name.length <= 100) return headerBlock({ ...file, type: '0' });
  const longName = Buffer.from(`${file.name}\0`, 'latin1');
  const intro = headerBlock({ name: '././@LongLink', size: longName.length, mode: 0, mtime: 0, type: 'L' });
  return Buffer.concat([intro, longName, padding(longName.length), headerBlock({ ...file, type: '0' })]);
}

/**
 * A comment on the whole archive, to stand before its first member (pax: `comment` in a global header). Readers pass over it.
 */
export function encodeComment(comment: string): Buffer {
  const record = Buffer.from(` comment=${comment}\n`);
  let length = record.length + 1;
  // The length counts its own digits.
  while (String(length).length + record.length !== length) length = String(length).length + record.length;
  const body = Buffer.concat([Buffer.from(String(length)), record]);
  const head = headerBlock({ name: 'pax_global_header', size: body.length, mode: 0o644, mtime: 0, type: 'g' });
  return Buffer.concat([head, body, padding(body.length)]);
}

/** The zeros that fill a body of `size` bytes up to whole blocks. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Tells whether a block is the end-of-archive mark. */
export function isZeroBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function headerBlock(file: { name: string; size: number; mode: number; mtime: number; type: string }): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(file.name.slice(0, 100), 0, 'latin1');
  block.write(`${octal(file.mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100, 'latin1');
  writeSize(block, file.size);
  block.write(`${octal(file.mtime, 11)}\0        ${file.type}`, 136, 'latin1');
  block.write(file.type === 'g' ? 'ustar\x0000' : 'ustar  \0', 257, 'latin1');
  block.write(`${octal(checksum(block), 6)}\0 `, 148, 'latin1');
  return block;
}

function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) {
    block.write(`${octal(size, 11)}\0`, 124, 'latin1');
    return;
  }
  // Base 256, for bodies of 8 GiB and more.
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(size), 128);
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

function textAt(block: Buffer, start: number, length: number): string {
  const text = block.toString('latin1', start, start + length);
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

/** Octal digits, or base 256 where the first bit is set. NaN for anything else. */
function numberAt(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x3f;
    for (let i = start + 1; i < start + length; i += 1) value = value * 256 + (block[i] ?? 0);
    return (first & 0x40) === 0 && Number.isSafeInteger(value) ? value : Number.NaN;
  }
  const digits = textAt(block, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
}

/** The sum of all bytes with the checksum's own field counted as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i += 1) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}
