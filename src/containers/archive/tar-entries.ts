import { invalidArgument } from '../../errors/index.ts';
import { ByteSource, cutShort } from './byte-source.ts';
import { type PaxRecords, parsePaxRecords, withPaxRecords, xattrsOf } from './pax-records.ts';
import { blockBytes, parseTarHeader, type TarHeader, type TarType, tarType, text } from './tar-header.ts';

/** A member of an archive. Its content must be read before the next member; what is left unread is passed over. */
export interface TarEntry extends TarHeader {
  type: TarType;
  xattrs: ReadonlyMap<string, Buffer>;
  content(): AsyncIterable<Buffer>;
}

/** Names and extended records of any sane archive are far smaller; the bound keeps a hostile one out of the memory. */
const maxExtensionBytes = 1 << 20;

/**
 * Reads the members of a tar archive (ustar, pax, GNU) from a stream, keeping extended attributes byte for byte.
 * The daemon's archive library decodes pax values as text, which damages file capabilities.
 * @throws invalid-argument for what is no archive, or ends too early.
 */
export async function* tarEntries(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(stream);
  for (;;) {
    const header = await nextHeader(source);
    if (header === undefined) return drain(source);
    const type = tarType(header);
    const size = type === 'file' ? header.size : 0;
    let unread = size;
    async function* content(): AsyncGenerator<Buffer> {
      while (unread > 0) {
        const part = await source.some(unread);
        if (part === undefined) throw cutShort();
        unread -= part.length;
        yield part;
      }
    }
    yield { ...header, type, size, content };
    await source.skip(unread);
    await source.skipPadding(padding(size));
  }
}

/** Archives are padded with zeros beyond their end; a writer whose reader stops early would get a broken pipe. */
async function drain(source: ByteSource): Promise<void> {
  while ((await source.some(1 << 16)) !== undefined);
}

const padding = (size: number): number => (blockBytes - (size % blockBytes)) % blockBytes;

type FullHeader = TarHeader & { xattrs: ReadonlyMap<string, Buffer> };

/** The next member's header, with all that the special members before it say about it. */
async function nextHeader(source: ByteSource): Promise<FullHeader | undefined> {
  let records: PaxRecords = new Map();
  let longName = '';
  let longLink = '';
  for (;;) {
    const block = await source.take(blockBytes);
    const header = block === undefined ? undefined : parseTarHeader(block);
    if (header === undefined) return undefined;
    if (header.flag === 'x') records = parsePaxRecords(await extension(source, header));
    // A global header speaks of the archive as a whole (git puts its commit there): nothing for a file system.
    else if (header.flag === 'g') await extension(source, header);
    else if (header.flag === 'L') longName = zeroEnded(await extension(source, header));
    else if (header.flag === 'K') longLink = zeroEnded(await extension(source, header));
    else {
      const named = { ...header, name: longName || header.name, linkName: longLink || header.linkName };
      return { ...withPaxRecords(named, records), xattrs: xattrsOf(records) };
    }
  }
}

const zeroEnded = (data: Buffer): string => text(data, 0, data.length);

async function extension(source: ByteSource, header: TarHeader): Promise<Buffer> {
  if (header.size > maxExtensionBytes) throw invalidArgument('archive/tar: header field too long');
  const data = header.size === 0 ? Buffer.alloc(0) : await source.take(header.size);
  if (data === undefined) throw cutShort();
  await source.skip(padding(header.size));
  return data;
}
