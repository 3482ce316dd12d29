import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { encodeHeader, removeTree, tarCreate } from '../../host/index.ts';
import { bytesOf, isOpaque, isWhiteout, namesOf, statOf, toBytePath } from './lower.ts';
import { upperDir } from './overlay.ts';

/** What a container's own layer holds: paths to pack as they are, and the whiteouts to say in an image layer's way. */
interface Content {
  paths: string[];
  /** Names such as `etc/.wh.motd` (image-spec, layer.md). */
  whiteouts: string[];
}

/**
 * A container's changes as the uncompressed archive of an image layer. Where there are none it is the archive of nothing,
 * which every engine knows by its digest. The root folder itself is not in it, as it is not with Docker.
 * @param scratch an existing folder for short-lived files, emptied of them when the archive has been read or given up.
 */
export async function exportDiff(dir: string, scratch: string): Promise<Readable> {
  const upper = upperDir(dir);
  const content: Content = { paths: [], whiteouts: [] };
  await collect(toBytePath(upper), '', content);
  return Readable.from(pack(upper, content, scratch), { objectMode: false });
}

async function* pack(upper: string, content: Content, scratch: string): AsyncGenerator<Buffer> {
  // Before the rest, and by us: tar has no way to pack a name that is not there.
  for (const name of content.whiteouts) yield encodeHeader({ name, size: 0, mode: 0o600, mtime: 0 });
  if (content.paths.length === 0) {
    yield Buffer.alloc(1024);
    return;
  }
  const listFolder = await mkdtemp(join(scratch, 'paths-'));
  try {
    const list = join(listFolder, 'list');
    writeFileSync(list, bytesOf(content.paths.map((path) => `${path}\0`).join('')));
    const args = ['-C', upper, '--null', '--verbatim-files-from', `--files-from=${list}`];
    yield* tarCreate({ dir: upper, paths: [], args, xattrsExclude: ['trusted.*'], recursive: false });
  } finally {
    await removeTree(listFolder);
  }
}

async function collect(folder: string, relative: string, content: Content): Promise<void> {
  const at = (name: string): string => (relative === '' ? name : `${relative}/${name}`);
  if (relative !== '' && isOpaque(folder)) content.whiteouts.push(at('.wh..wh..opq'));
  await turn();
  for (const name of namesOf(folder)) {
    const stats = statOf(`${folder}/${name}`);
    if (stats === undefined || stats.isSocket()) continue;
    if (isWhiteout(stats)) {
      content.whiteouts.push(at(`.wh.${name}`));
      continue;
    }
    content.paths.push(at(name));
    if (stats.isDirectory()) await collect(`${folder}/${name}`, at(name), content);
  }
}
