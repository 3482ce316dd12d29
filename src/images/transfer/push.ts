import { createHash } from 'node:crypto';
import { linkSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { removeTree } from '../../host/index.ts';
import type { Progress } from '../../wire/index.ts';
import { parseManifest } from '../manifest.ts';
import { shortId } from './pull.ts';
import { type RegistryCall, registryAddress, startCopy, tlsArguments } from './skopeo.ts';

export type PushCall = Omit<RegistryCall, 'transfer'> & {
  /** The manifest's exact bytes. */
  manifest: Buffer;
  /** Where the blob of a digest is; on the same file system as `scratch`. */
  blobPath: (digest: string) => string;
};

/**
 * Sends an image to the registry of its reference, telling Docker's progress lines as it goes.
 * @throws unauthorized or system with Docker's words for it.
 */
export async function* pushImage(call: PushCall): AsyncGenerator<Progress> {
  const { reference, manifest } = call;
  const parsed = parseManifest(manifest);
  if (parsed.kind !== 'image') return;
  const tag = reference.tag ?? 'latest';
  yield { status: `The push refers to repository [${reference.domain}/${reference.path}]` };
  const layers = parsed.layers.map(({ digest }) => digest);
  for (const digest of layers) yield { status: 'Preparing', progressDetail: {}, id: shortId(digest) };
  const dir = mkdtempSync(join(call.scratch, 'push-'));
  try {
    lay(dir, call, [parsed.config.digest, ...layers]);
    yield* send(call, dir, layers);
  } finally {
    await removeTree(dir);
  }
  const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
  yield { status: `${tag}: digest: ${digest} size: ${manifest.length}` };
  yield { progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: manifest.length } };
}

/** Lays the image out as skopeo's `dir:` wants it; the blobs are links, not copies. */
function lay(dir: string, { manifest, blobPath }: PushCall, digests: readonly string[]): void {
  writeFileSync(join(dir, 'manifest.json'), manifest);
  writeFileSync(join(dir, 'version'), 'Directory Transport Version: 1.1\n');
  for (const digest of new Set(digests)) linkSync(blobPath(digest), join(dir, digest.slice('sha256:'.length)));
}

async function* send(call: PushCall, dir: string, layers: readonly string[]): AsyncGenerator<Progress> {
  const { domain } = call.reference;
  const to = registryAddress({ ...call.reference, tag: call.reference.tag ?? 'latest' });
  const args = ['--preserve-digests', ...tlsArguments(domain, 'dest'), `dir:${dir}`, to];
  const copy = startCopy({ ...call, transfer: 'push' }, args);
  for await (const line of createInterface({ input: copy.process.stdout })) {
    const digest = /Copying blob (sha256:[0-9a-f]{64}|[0-9a-f]{12})/.exec(line)?.[1];
    const layer = layers.find((each) => each === digest || shortId(each) === digest);
    if (layer !== undefined) yield { status: 'Pushing', progressDetail: {}, id: shortId(layer) };
  }
  await copy.done;
  for (const digest of layers) yield { status: 'Pushed', progressDetail: {}, id: shortId(digest) };
}
