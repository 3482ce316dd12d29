import { existsSync, promises as files, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemError } from '../../errors/index.ts';
import { codeOf, fromNode, renameDurable, writeDurable } from '../../host/index.ts';
import { hexOf, sha256 } from '../digest.ts';

/** Larger documents than this are no manifest and no configuration. */
const MAX_DOCUMENT = 8 * 1024 * 1024;

/** The content-addressed files of an OCI layout: `<root>/blobs/sha256/<hex>` (image-spec, image-layout.md). */
export class BlobStore {
  readonly #folder: string;

  /** @param root the layout's folder; what is missing in it is made. */
  constructor(root: string) {
    this.#folder = join(root, 'blobs', 'sha256');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** @param digest one that has been checked to be `sha256:<64 hex digits>`. */
  path(digest: string): string {
    return join(this.#folder, hexOf(digest));
  }

  has(digest: string): boolean {
    return existsSync(this.path(digest));
  }

  /** Bytes. */
  size(digest: string): number {
    return statSync(this.path(digest)).size;
  }

  /** A manifest or configuration. @throws system where it is gone, or not of its digest any more. */
  read(digest: string): Buffer {
    try {
      const bytes = readFileSync(this.path(digest));
      if (bytes.length <= MAX_DOCUMENT && sha256(bytes) === digest) return bytes;
    } catch (error) {
      throw fromNode(error, `read blob ${digest}`);
    }
    throw systemError(`blob ${digest} is damaged: its content is not what its digest says`);
  }

  /** Writes a document durably, over a damaged one where there is such. @returns its digest. */
  async write(bytes: Buffer): Promise<string> {
    const digest = sha256(bytes);
    const known = this.has(digest) ? readFileSync(this.path(digest)) : undefined;
    if (known?.equals(bytes) !== true) await writeDurable(this.path(digest), bytes);
    return digest;
  }

  /** Takes over a finished file that is this blob, unless it is here whole; durable when done. */
  async adopt(file: string, { digest, size }: { digest: string; size: number }): Promise<void> {
    if (this.has(digest) && this.size(digest) === size) {
      await files.rm(file, { force: true });
      return;
    }
    const handle = await files.open(file, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameDurable(file, this.path(digest));
  }

  async remove(digest: string): Promise<void> {
    try {
      await files.unlink(this.path(digest));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw fromNode(error, `remove blob ${digest}`);
    }
  }

  /** All digests there are. */
  list(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map((name) => `sha256:${name}`);
  }

  /** The folder that holds `blobs/`. */
  get root(): string {
    return dirname(dirname(this.#folder));
  }
}
