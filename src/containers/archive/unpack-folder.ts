import type { Readable } from 'node:stream';
import { invalidArgument } from '../../errors/index.ts';
import { decompressStream } from '../../host/index.ts';
import { bytesOf } from './extract.ts';
import { Extraction } from './extraction.ts';
import { tarEntries } from './tar-entries.ts';

/**
 * Unpacks an archive, compressed or not, into a folder of the engine's own. The folder is the archive's whole world: no
 * name and no link leads out of it.
 * @throws invalid-argument for members that would, for devices, and for what is no archive
 */
export async function unpackFolder(folder: string, stream: Readable): Promise<void> {
  const extraction = new Extraction({ root: folder, folder: '/', owner: undefined, keepKinds: false });
  try {
    for await (const entry of tarEntries(decompressStream(bytesOf(stream)))) {
      if (entry.type.endsWith('device')) throw invalidArgument(`${JSON.stringify(entry.name)} is a device`);
      await extraction.add(entry);
    }
    extraction.finish();
  } finally {
    extraction.close();
  }
}
