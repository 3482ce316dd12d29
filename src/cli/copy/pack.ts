import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack, type Pack } from 'tar-stream';

/** What an entry has to say; tar-stream fills in the rest. */
type Header = Parameters<Pack['entry']>[0];

const CHUNK = 1 << 20;

/** What was packed, for the message at the end. */
export interface PackedArchive {
  stream: Readable;
  /** Bytes of content so far. */
  size(): number;
}

/**
 * Packs a file or folder of this machine as an archive whose entries start with `name`. Owners are numbers; hard links
 * within stay links; sockets are left out, as no archive can hold them.
 */
export function packLocal(path: string, name: string): PackedArchive {
  const pack = createPack();
  const packer = new Packer(pack);
  packer.add(path, name).then(
    () => pack.finalize(),
    (error) => pack.destroy(error),
  );
  // tar-stream's streams are not Node's own, which the request wants.
  return { stream: Readable.from(pack, { objectMode: false, highWaterMark: CHUNK }), size: () => packer.size };
}

class Packer {
  size = 0;
  readonly #pack: Pack;
  /** First name of every file that has several, by device and inode. */
  readonly #linked = new Map<string, string>();

  constructor(pack: Pack) {
    this.#pack = pack;
  }

  async add(path: string, name: string): Promise<void> {
    const stats = await lstat(path);
    const header = headerOf(stats, name);
    if (stats.isFile()) return this.#addFile(path, header, stats);
    if (stats.isDirectory()) return this.#addFolder(path, header);
    if (stats.isSymbolicLink()) return this.#entry({ ...header, type: 'symlink', linkname: await readlink(path) });
    if (stats.isFIFO()) return this.#entry({ ...header, type: 'fifo' });
    if (stats.isBlockDevice()) return this.#entry({ ...header, type: 'block-device', ...deviceOf(stats) });
    if (stats.isCharacterDevice()) return this.#entry({ ...header, type: 'character-device', ...deviceOf(stats) });
  }

  async #addFolder(path: string, header: Header): Promise<void> {
    await this.#entry({ ...header, type: 'directory', name: `${header.name}/` });
    for (const child of (await readdir(path)).sort()) {
      await this.add(join(path, child), header.name === '.' ? child : `${header.name}/${child}`);
    }
  }

  async #addFile(path: string, header: Header, stats: Stats): Promise<void> {
    if (stats.nlink > 1) {
      const key = `${stats.dev}:${stats.ino}`;
      const first = this.#linked.get(key);
      if (first !== undefined) return this.#entry({ ...header, type: 'link', linkname: first });
      this.#linked.set(key, header.name);
    }
    if (stats.size === 0) return this.#entry({ ...header, type: 'file', size: 0 });
    const entry = this.#pack.entry({ ...header, type: 'file', size: stats.size });
    // A file that grows meanwhile is cut where it ended when it was listed.
    await pipeline(createReadStream(path, { end: stats.size - 1, highWaterMark: CHUNK }), entry);
    this.size += stats.size;
  }

  #entry(header: Header): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pack.entry(header, '', (error) => (error ? reject(error) : resolve()));
    });
  }
}

function headerOf(stats: Stats, name: string): Header {
  return { name, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, mtime: stats.mtime };
}

/** Major and minor number of a device file, by the layout of Linux' dev_t. */
function deviceOf({ rdev }: Stats): { devmajor: number; devminor: number } {
  return { devmajor: (rdev >>> 8) & 0xfff, devminor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
