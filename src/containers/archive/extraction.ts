import {
  closeSync,
  constants,
  futimesSync,
  lchownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
} from 'node:fs';
import { posix } from 'node:path';
import { invalidArgument, systemError } from '../../errors/index.ts';
import { codeOf, fromNode, mkdirInRoot, O_PATH, openInRoot } from '../../host/index.ts';
import { kindAt, placeIn, removeAt } from './entry-place.ts';
import { makeSpecial, type Stamp, setMetadata, toTime, writeContent } from './metadata.ts';
import { folderOf, lastPart } from './paths.ts';
import type { TarEntry } from './tar-entries.ts';

export interface Owner {
  uid: number;
  gid: number;
}

export interface ExtractionOptions {
  /** Root of the view, where links are resolved. */
  root: string;
  /** The folder in it that members are put into, links resolved. */
  folder: string;
  /** Who gets the members; undefined leaves them to the owners in the archive. */
  owner: Owner | undefined;
  /** Refuses to replace a folder by something else, and the other way round. */
  keepKinds: boolean;
}

/** Unpacks the members of one archive, one after the other. */
export class Extraction {
  readonly #options: ExtractionOptions;
  /** Folders are stamped with their times at the end, since what is put into them changes those. */
  readonly #folders: Array<{ path: string; mtime: number }> = [];
  #parent: { path: string; fd: number } | undefined;

  constructor(options: ExtractionOptions) {
    this.#options = options;
  }

  /** Puts one member in its place. @throws system for what Docker answers 500 for, HostError of the file system. */
  async add(entry: TarEntry): Promise<void> {
    const path = this.#pathOf(entry);
    // The folder itself: what the archive says of it is not taken over, as with Docker.
    if (path === this.#options.folder) return;
    this.#refuseEscape(entry, path);
    try {
      const parent = this.#open(folderOf(path));
      await this.#makeWay(entry, parent, path);
      await this.#write(entry, parent, path);
    } catch (error) {
      throw fromNode(error, `${entry.type === 'directory' ? 'mkdir' : 'open'} ${path}`);
    }
  }

  #pathOf({ name }: TarEntry): string {
    const { folder } = this.#options;
    const path = posix.join(folder, name).replace(/(?<=.)\/$/, '');
    if (!isInside(folder, path))
      throw invalidArgument(`${JSON.stringify(name)} is outside of ${JSON.stringify(folder)}`);
    return path;
  }

  /** A relative link that leads out of the folder is no part of what was to be unpacked there; Docker refuses it too. */
  #refuseEscape({ type, linkName }: TarEntry, path: string): void {
    if (type !== 'symlink' || isInside(this.#options.folder, posix.join(folderOf(path), linkName))) return;
    throw invalidArgument(`invalid symlink ${JSON.stringify(path)} -> ${JSON.stringify(linkName)}`);
  }

  /** The folder a member goes into, open; made where it is missing. Members of one folder mostly follow each other. */
  #open(path: string): number {
    if (this.#parent?.path === path) return this.#parent.fd;
    this.close();
    const fd = this.#openOrMake(path);
    this.#parent = { path, fd };
    return fd;
  }

  #openOrMake(path: string): number {
    const flags = O_PATH | constants.O_DIRECTORY;
    try {
      return openInRoot(this.#options.root, path, flags);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      mkdirInRoot(this.#options.root, path, 0o755);
      return openInRoot(this.#options.root, path, flags);
    }
  }

  /** Removes what is in a member's place, unless both are folders: those are merged. */
  async #makeWay(entry: TarEntry, parent: number, path: string): Promise<void> {
    const existing = kindAt(parent, lastPart(path));
    const isFolder = entry.type === 'directory';
    if (existing === undefined || (existing === 'folder' && isFolder)) return;
    if (this.#options.keepKinds && (existing === 'folder' || isFolder)) {
      const [from, to] = isFolder ? ['non-directory', 'directory'] : ['directory', 'non-directory'];
      const quoted = [path, this.#options.folder].map((one) => JSON.stringify(one));
      throw systemError(`cannot overwrite ${from} ${quoted[0]} with ${to} ${quoted[1]}`);
    }
    await removeAt(parent, lastPart(path), path);
  }

  async #write(entry: TarEntry, parent: number, path: string): Promise<void> {
    const place = placeIn(parent, lastPart(path));
    const stamp: Stamp = { ...entry, ...this.#options.owner };
    switch (entry.type) {
      case 'directory':
        return this.#makeFolder(place, stamp, path);
      case 'file':
        return withOpen(place, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, async (fd) => {
          await writeContent(fd, entry.content());
          setMetadata(fd, stamp);
          futimesSync(fd, toTime(entry.mtime), toTime(entry.mtime));
        });
      case 'link':
        return this.#makeLink(entry, place);
      case 'symlink':
        symlinkSync(entry.linkName, place);
        lchownSync(place, stamp.uid, stamp.gid);
        return lutimesSync(place, toTime(entry.mtime), toTime(entry.mtime));
      default:
        return makeSpecial(place, entry.type, stamp);
    }
  }

  async #makeFolder(place: Buffer, stamp: Stamp, path: string): Promise<void> {
    try {
      mkdirSync(place, { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    await withOpen(place, constants.O_RDONLY | constants.O_DIRECTORY, (fd) => setMetadata(fd, stamp));
    this.#folders.push({ path, mtime: stamp.mtime });
  }

  #makeLink(entry: TarEntry, place: Buffer): void {
    const { root, folder } = this.#options;
    const target = posix.join(folder, entry.linkName);
    if (!isInside(folder, target)) {
      throw invalidArgument(`invalid hardlink ${JSON.stringify(target)} -> ${JSON.stringify(entry.linkName)}`);
    }
    const fd = openInRoot(root, folderOf(target), O_PATH | constants.O_DIRECTORY);
    try {
      linkSync(placeIn(fd, lastPart(target)), place);
    } finally {
      closeSync(fd);
    }
  }

  /** To be called after the last member. */
  finish(): void {
    for (const { path, mtime } of this.#folders) {
      const fd = openInRoot(this.#options.root, path, constants.O_RDONLY | constants.O_DIRECTORY);
      futimesSync(fd, toTime(mtime), toTime(mtime));
      closeSync(fd);
    }
  }

  /** Lets go of what is open. */
  close(): void {
    if (this.#parent !== undefined) closeSync(this.#parent.fd);
    this.#parent = undefined;
  }
}

const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

async function withOpen(place: Buffer, flags: number, work: (fd: number) => Promise<void> | void): Promise<void> {
  const fd = openSync(place, flags | constants.O_NOFOLLOW, 0o600);
  try {
    await work(fd);
  } finally {
    closeSync(fd);
  }
}
