import { constants, createWriteStream, type Stats } from 'node:fs';
import { chmod, link, lstat, lutimes, mkdir, open, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract as createExtract, type Header } from 'tar-stream';
import { invalidArgument } from '../../errors/index.ts';

/** What was unpacked. */
export interface Unpacked {
  /** Bytes of content. */
  size: number;
  /** Names of entries that cannot be made here: devices, pipes. */
  skipped: string[];
}

/**
 * Unpacks an archive in `folder`. What a container holds is not trusted: no entry is written outside, through a symbolic
 * link, or over a folder. Files belong to whoever copies.
 * @param rename gives each entry its name here.
 */
export async function unpackLocal(
  archive: Readable,
  folder: string,
  rename: (name: string) => string,
): Promise<Unpacked> {
  const extract = createExtract();
  const unpacker = new Unpacker(folder, rename);
  const fed = pipeline(archive, extract);
  // Awaited at the end; a failure of ours comes first and ends it.
  fed.catch(() => undefined);
  for await (const entry of extract) {
    await unpacker.take(entry.header, entry as unknown as Readable);
    entry.resume();
  }
  await fed;
  await unpacker.finish();
  return unpacker.result;
}

class Unpacker {
  readonly result: Unpacked = { size: 0, skipped: [] };
  readonly #root: string;
  readonly #rename: (name: string) => string;
  /** Folders known to be real ones, so that no link among them leads elsewhere. */
  readonly #real = new Set<string>();
  /** Folders whose modes and times wait until all is in them. */
  readonly #folders: { path: string; header: Header }[] = [];

  constructor(root: string, rename: (name: string) => string) {
    this.#root = resolve(root);
    this.#rename = rename;
    this.#real.add(this.#root);
  }

  async take(header: Header, content: Readable): Promise<void> {
    const path = this.#inside(this.#rename(header.name));
    if (header.type === 'symlink') this.#refuseEscape(path, header.linkname ?? '');
    if (path !== this.#root) await this.#makeFolder(dirname(path));
    const existing = path === this.#root ? undefined : await lstat(path).catch(() => undefined);
    if (header.type === 'directory') return this.#takeFolder(path, header, existing);
    refuseFolder(path, existing);
    if (existing !== undefined) await rm(path);
    if (header.type === 'symlink') await this.#takeLink(path, header);
    else if (header.type === 'link') await this.#takeHardLink(path, header);
    else if (header.type === 'file' || header.type === 'contiguous-file') await this.#takeFile(path, header, content);
    else this.result.skipped.push(path);
  }

  async finish(): Promise<void> {
    for (const { path, header } of this.#folders.reverse()) {
      await chmod(path, modeOf(header));
      await utimes(path, timeOf(header), timeOf(header));
    }
  }

  #inside(name: string): string {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw invalidArgument(`the archive names a path outside its folder: ${name}`);
    return join(this.#root, ...parts);
  }

  /** Whoever writes through a relative link later should not come out elsewhere; docker refuses these too. */
  #refuseEscape(path: string, target: string): void {
    const end = join(dirname(path), target);
    if (end === this.#root || end.startsWith(this.#root === '/' ? '/' : `${this.#root}/`)) return;
    throw invalidArgument(`invalid symlink ${JSON.stringify(path)} -> ${JSON.stringify(target)}`);
  }

  /** Makes missing folders; an existing part that is no folder would lead out of ours. */
  async #makeFolder(path: string): Promise<void> {
    if (this.#real.has(path)) return;
    await this.#makeFolder(dirname(path));
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined) await mkdir(path);
    else if (!stats.isDirectory()) throw invalidArgument(`${path} is not a directory`);
    this.#real.add(path);
  }

  async #takeFolder(path: string, header: Header, existing: Stats | undefined): Promise<void> {
    if (existing !== undefined && !existing.isDirectory()) {
      throw invalidArgument(`cannot overwrite non-directory "${path}" with directory "${this.#root}"`);
    }
    if (path === this.#root) return;
    if (existing === undefined) await mkdir(path, { mode: 0o700 });
    this.#real.add(path);
    this.#folders.push({ path, header });
  }

  async #takeFile(path: string, header: Header, content: Readable): Promise<void> {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(path, flags, 0o600);
    await pipeline(content, createWriteStream('', { fd: handle }));
    await chmod(path, modeOf(header));
    await utimes(path, timeOf(header), timeOf(header));
    this.result.size += header.size ?? 0;
  }

  async #takeLink(path: string, header: Header): Promise<void> {
    await symlink(header.linkname ?? '', path);
    await lutimes(path, timeOf(header), timeOf(header));
  }

  async #takeHardLink(path: string, header: Header): Promise<void> {
    const target = this.#inside(this.#rename(header.linkname ?? ''));
    await this.#makeFolder(dirname(target));
    await link(target, path);
  }
}

function refuseFolder(path: string, existing: Stats | undefined): void {
  if (existing?.isDirectory() === true) {
    throw invalidArgument(`cannot overwrite directory "${path}" with non-directory "${dirname(path)}"`);
  }
}

function modeOf(header: Header): number {
  return (header.mode ?? 0o644) & 0o7777;
}

function timeOf(header: Header): Date {
  return header.mtime ?? new Date();
}
