import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSystemType, makeImage, mountImage } from '../pools/loop/index.ts';
import { scratchFolder } from './scratch.ts';

/** A folder on a fresh file system in a file, gone at the end of the test with its loop device. */
export async function loopFileSystem(type: FileSystemType, size = 400 * 1024 * 1024): Promise<string> {
  const folder = scratchFolder();
  const place = join(folder, 'fs');
  mkdirSync(place);
  await makeImage(join(folder, 'image'), type, size);
  mountImage(join(folder, 'image'), place, type);
  return place;
}
