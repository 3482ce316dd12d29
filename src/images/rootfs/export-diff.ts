import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { removeTree, tarCreate } from '../../host/index.ts';
import { isOpaque, isWhiteout, statOf } from './lower.ts';
import { upperDir } from './overlay.ts';
import { isPlaceholder } from './placeholders.ts';

/** What a container's own layer holds: paths to pack as they are, and the whiteouts to say in an image layer's way. */
interface Content {
  paths: string[];
  /** Names such as `etc/.wh.motd` (image-spec, layer.md). */
  whiteouts: string[];
}

/**
 * A container's changes as the uncompressed archive of an image layer.
 * @param scratch an existing folder for short-lived files, emptied of them when the archive has been read or given up.
 */
export async function exportDiff(dir: string, scratch: string): Promise<Readable> {
  const upper = upperDir(dir);
  const content: Content = { paths: ['.'], whiteouts: [] };
  await collect(upper, '', content);
  const markers = await mkdtemp(join(scratch, 'whiteouts-'));
  for (const whiteout of content.whiteouts) writeMarker(markers, whiteout);
  return Readable.from(pack(upper, content, markers), { objectMode: false });
}

async function* pack(upper: string, content: Content, markers: string): AsyncGenerator<Buffer> {
  try {
    const layer = { xattrsExclude: ['trusted.*'], recursive: false };
    if (content.whiteouts.length === 0) {
      yield* tarCreate({ ...layer, dir: upper, paths: content.paths });
      return;
    }
    // One archive of two folders: each file list is read in the folder that stands before it.
    const list = join(markers, '.paths');
    writeFileSync(list, content.paths.map((path) => `${path}\0`).join(''));
    const first = ['-C', upper, '--null', '--verbatim-files-from', `--files-from=${list}`];
    yield* tarCreate({ ...layer, dir: markers, paths: content.whiteouts, args: first });
  } finally {
    await removeTree(markers);
  }
}

function writeMarker(markers: string, whiteout: string): void {
  const path = join(markers, whiteout);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
}

async function collect(folder: string, relative: string, content: Content): Promise<void> {
  if (relative !== '' && isOpaque(folder)) content.whiteouts.push(join(relative, '.wh..wh..opq'));
  for await (const { name } of await opendir(folder)) {
    const path = join(folder, name);
    const stats = statOf(path);
    if (stats === undefined) continue;
    if (isWhiteout(stats)) {
      content.whiteouts.push(join(relative, `.wh.${name}`));
      continue;
    }
    if (isPlaceholder(`/${join(relative, name)}`, stats)) continue;
    content.paths.push(`./${join(relative, name)}`);
    if (stats.isDirectory()) await collect(path, join(relative, name), content);
  }
}
