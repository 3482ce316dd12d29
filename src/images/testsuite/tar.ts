import { pack } from 'tar-stream';

/** A member of an archive made by hand for a test; a regular file where `type` is not given. */
export interface Member {
  name: string;
  type?: 'file' | 'link' | 'symlink' | 'directory' | 'character-device' | 'block-device' | 'fifo';
  data?: string | Buffer;
  linkname?: string;
  mode?: number;
  uid?: number;
  gid?: number;
  mtime?: Date;
  devmajor?: number;
  devminor?: number;
  pax?: Record<string, string>;
}

/** Makes an archive of exactly these members, escapes and all. */
export async function tarOf(...members: Member[]): Promise<Buffer> {
  const tar = pack();
  for (const { data = '', type = 'file', ...header } of members) {
    const mode = type === 'directory' ? 0o755 : 0o644;
    if (type === 'file') tar.entry({ mode, mtime: new Date(0), ...header, type }, Buffer.from(data));
    else tar.entry({ mode, mtime: new Date(0), ...header, type });
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The bytes as a stream of chunks of `size` bytes. */
export async function* inChunks(bytes: Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** All bytes of a stream. */
export async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
