import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { invalidArgument } from '../../errors/index.ts';
import { decompressStream, type TarEntry, TarScan } from '../../host/index.ts';
import type { NewVolume } from '../volume.ts';
import { readDescription } from './description.ts';

/**
 * An archive on its way in, of whatever compression. Its start is read at once, since it says what volume the archive is of; the
 * rest passes by once, on its way to tar, and is not kept.
 */
export class Incoming {
  /** The volume it was made from, where it says so. */
  description: NewVolume | undefined;
  readonly #hash = createHash('sha256');
  readonly #scan: TarScan;
  readonly #archive: AsyncIterator<Buffer>;
  readonly #start: Buffer[] = [];
  /** Members in the part that was read before anybody could check them. */
  #early: TarEntry[] | undefined = [];
  #check: (entry: TarEntry) => void = () => {};
  #received = 0;

  private constructor(source: AsyncIterable<Buffer>) {
    this.#archive = decompressStream(this.#counted(source));
    this.#scan = new TarScan(
      (entry) => (this.#early === undefined ? this.#check(entry) : this.#early.push(entry)),
      (comment) => {
        this.description ??= readDescription(comment);
      },
    );
  }

  /** @throws invalid-argument where it does not begin as an archive does. */
  static async open(source: AsyncIterable<Buffer>): Promise<Incoming> {
    const incoming = new Incoming(source);
    try {
      await incoming.#readStart();
      return incoming;
    } catch (error) {
      await incoming.close();
      throw error;
    }
  }

  /** Bytes that have come, as they were sent. */
  get received(): number {
    return this.#received;
  }

  /** Of all that came, in hexadecimal; to be asked once, after the end. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  /**
   * The uncompressed archive, to be read once. Fails with invalid-argument where it is damaged or ends before its end.
   * @param check is told of each member before the bytes of it are given, and throws to refuse it.
   */
  members(check: (entry: TarEntry) => void): Readable {
    return Readable.from(this.#members(check), { objectMode: false });
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#archive.return?.();
  }

  async #readStart(): Promise<void> {
    while (this.#early?.length === 0 && this.description === undefined && !this.#scan.ended) {
      const next = await this.#archive.next();
      if (next.done === true) break;
      this.#scan.push(next.value);
      this.#start.push(next.value);
    }
  }

  async *#members(check: (entry: TarEntry) => void): AsyncGenerator<Buffer> {
    this.#early?.forEach(check);
    this.#early = undefined;
    this.#check = check;
    yield* this.#start.splice(0);
    for (let next = await this.#archive.next(); next.done !== true; next = await this.#archive.next()) {
      // What stands behind the end is nothing to tar, but is read: the sums that show damage come last.
      if (this.#scan.ended) continue;
      this.#scan.push(next.value);
      yield next.value;
    }
    if (!this.#scan.ended) throw invalidArgument('invalid archive: it is cut off, or no tar archive at all');
  }

  async *#counted(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#hash.update(chunk);
      this.#received += chunk.length;
      yield chunk;
    }
  }
}
