import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { invalidArgument } from '../../errors/index.ts';
import { decompressStream, O_PATH } from '../../host/index.ts';
import { resolveUser } from '../../runtime/index.ts';
import type { Container } from '../container.ts';
import type { ContainerView } from './container-view.ts';
import { Extraction, type Owner } from './extraction.ts';
import { openPath, pathOf, withFd } from './stat.ts';
import { tarEntries } from './tar-entries.ts';

/** An archive to be unpacked at a path of a view; see `PutOptions` of the container operation. */
export interface ExtractRequest {
  path: string;
  stream: Readable;
  noOverwriteDirNonDir: boolean;
  copyUIDGID: boolean;
}

/**
 * Unpacks an archive into a folder of a view. Links on the way to a member are followed as the container would follow
 * them, and never lead out of it, whoever swaps them meanwhile.
 */
export async function extractInto(view: ContainerView, container: Container, request: ExtractRequest): Promise<void> {
  const folder = withFd(openPath(view, request.path, O_PATH), (fd) => {
    if (!fstatSync(fd).isDirectory()) throw invalidArgument('extraction point is not a directory');
    return pathOf(fd);
  });
  view.refuseReadOnly(folder);
  const owner = request.copyUIDGID ? ownerOf(view, container) : undefined;
  const extraction = new Extraction({ root: view.root, folder, owner, keepKinds: request.noOverwriteDirNonDir });
  try {
    for await (const entry of tarEntries(decompressStream(bytesOf(request.stream)))) await extraction.add(entry);
    extraction.finish();
  } finally {
    extraction.close();
  }
}

/** The bytes of a request. Where reading stops early the stream is left alone: its connection still has to carry the answer. */
export const bytesOf = (stream: Readable): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>,
});

/** The container's user, where it has one; else members keep the owners they have in the archive (as Docker has it). */
function ownerOf(view: ContainerView, container: Container): Owner | undefined {
  const { User } = container.record.config;
  if (User === '') return undefined;
  const { uid, gid } = resolveUser(view.root, User);
  return { uid, gid };
}
