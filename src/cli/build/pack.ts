import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack, type Pack } from 'tar-stream';
import type { IgnorePatterns } from '../../wire/index.ts';

const CHUNK = 1 << 20;

/** A file of the archive that is not in the folder. */
export interface ExtraFile {
  name: string;
  content: string;
}

/**
 * Packs a build's context: a folder without what is ignored, everything owned by root, as docker sends it. Sockets and the
 * like are left out.
 * @param folder undefined for the extra files alone
 */
export function packContext(
  folder: string | undefined,
  patterns: IgnorePatterns,
  extra: readonly ExtraFile[],
): Readable {
  const pack = createPack();
  packAll(pack, { folder, patterns, extra }).then(
    () => pack.finalize(),
    (error) => pack.destroy(error),
  );
  // tar-stream's streams are not Node's own, which the request wants.
  return Readable.from(pack, { objectMode: false, highWaterMark: CHUNK });
}

interface Content {
  folder: string | undefined;
  patterns: IgnorePatterns;
  extra: readonly ExtraFile[];
}

async function packAll(pack: Pack, { folder, patterns, extra }: Content): Promise<void> {
  if (folder !== undefined) await packFolder(pack, { root: folder, path: '', patterns });
  for (const { name, content } of extra) pack.entry({ name, mode: 0o600 }, content);
}

async function packFolder(
  pack: Pack,
  { root, path, patterns }: { root: string; path: string; patterns: IgnorePatterns },
): Promise<void> {
  for (const child of (await readdir(join(root, path))).sort()) {
    const name = path === '' ? child : `${path}/${child}`;
    const stats = await lstat(join(root, name));
    const isLeftOut = patterns.matches(name);
    if (!isLeftOut) await packEntry(pack, join(root, name), { name, stats });
    const mayHoldMore = !isLeftOut || patterns.hasExceptions;
    if (stats.isDirectory() && mayHoldMore) await packFolder(pack, { root, path: name, patterns });
  }
}

async function packEntry(pack: Pack, path: string, { name, stats }: { name: string; stats: Stats }): Promise<void> {
  const header = { name, mode: stats.mode & 0o7777, uid: 0, gid: 0, mtime: stats.mtime };
  if (stats.isDirectory()) await entry(pack, { ...header, name: `${name}/`, type: 'directory' });
  else if (stats.isSymbolicLink()) await entry(pack, { ...header, type: 'symlink', linkname: await readlink(path) });
  else if (stats.isFile() && stats.size === 0) await entry(pack, { ...header, type: 'file', size: 0 });
  else if (stats.isFile()) {
    const sink = pack.entry({ ...header, type: 'file', size: stats.size });
    // A file that grows meanwhile is cut where it ended when it was listed.
    await pipeline(createReadStream(path, { end: stats.size - 1, highWaterMark: CHUNK }), sink);
  }
}

function entry(pack: Pack, header: Parameters<Pack['entry']>[0]): Promise<void> {
  return new Promise((resolve, reject) => {
    pack.entry(header, '', (error) => (error ? reject(error) : resolve()));
  });
}
