import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Header, pack } from 'tar-stream';

/** One entry of a layer written by hand, so that it can have owners and modes that its maker does not. */
export interface LayerEntry extends Partial<Header> {
  name: string;
  content?: string;
}

/** Writes `entries` as a tar file. */
export async function writeTar(path: string, entries: readonly LayerEntry[]): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(path));
  for (const { content, ...header } of entries) archive.entry(header, content ?? '');
  archive.finalize();
  await written;
}

/** Packs what is in `folder` into a tar file, owners by number. */
export async function tarFolder(folder: string, path: string): Promise<void> {
  await promisify(execFile)('tar', ['--numeric-owner', '--sort=name', '--mtime=@0', '-C', folder, '-cf', path, '.']);
}
