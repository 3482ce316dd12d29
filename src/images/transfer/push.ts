import { existsSync, linkSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemError } from '../../errors/index.ts';
import { removeTree } from '../../host/index.ts';
import type { Progress } from '../../wire/index.ts';
import { hexOf, shortId } from '../digest.ts';
import { mediaTypes, parseManifest } from '../manifest.ts';
import { askRegistry, type RegistryCall, registryAddress, startCopy, tlsArguments } from './skopeo.ts';

export type PushCall = Omit<RegistryCall, 'transfer'> & {
  /** The manifest's exact bytes. */
  manifest: Buffer;
  /** Where the blob of a digest is; on the same file system as `scratch`. */
  blobPath: (digest: string) => string;
};

/**
 * Sends an image to the registry of its reference, telling Docker's progress lines as it goes. Layers that are kept
 * uncompressed are compressed on their way, so that the manifest at the registry may be another than here.
 * @returns the digest the registry has it under.
 * @throws unauthorized or system with Docker's words for it.
 */
export async function* pushImage(call: PushCall): AsyncGenerator<Progress, string> {
  const { reference, manifest } = call;
  const parsed = parseManifest(manifest);
  if (parsed.kind !== 'image') throw systemError('only images can be pushed');
  const tag = reference.tag ?? 'latest';
  yield { status: `The push refers to repository [${reference.domain}/${reference.path}]` };
  const layers = [...new Set(parsed.layers.map(({ digest }) => digest))];
  for (const digest of layers) yield { status: 'Preparing', progressDetail: {}, id: shortId(digest) };
  const dir = mkdtempSync(join(call.scratch, 'push-'));
  try {
    lay(dir, call, [parsed.config.digest, ...layers]);
    const isPlain = parsed.layers.some(({ mediaType }) => mediaType === mediaTypes.layer);
    yield* send(call, { dir, layers, keepDigests: !isPlain });
    const digest = readFileSync(join(dir, digestFile), 'utf8').trim();
    const size = isPlain ? await remoteSize(call, digest) : manifest.length;
    yield { status: `${tag}: digest: ${digest} size: ${size}` };
    yield { progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: size } };
    return digest;
  } finally {
    await removeTree(dir);
  }
}

const digestFile = 'digest';

/** Lays the image out as skopeo's `dir:` wants it; the blobs are links, not copies. */
function lay(dir: string, { manifest, blobPath }: PushCall, digests: readonly string[]): void {
  writeFileSync(join(dir, 'manifest.json'), manifest);
  writeFileSync(join(dir, 'version'), 'Directory Transport Version: 1.1\n');
  for (const digest of new Set(digests)) linkSync(blobPath(digest), join(dir, hexOf(digest)));
}

interface Sending {
  dir: string;
  layers: readonly string[];
  keepDigests: boolean;
}

async function* send(call: PushCall, { dir, layers, keepDigests }: Sending): AsyncGenerator<Progress> {
  const { domain } = call.reference;
  const to = registryAddress({ ...call.reference, tag: call.reference.tag ?? 'latest' });
  const copy = startCopy({ ...call, transfer: 'push' }, [
    ...(keepDigests ? ['--preserve-digests'] : []),
    `--digestfile=${join(dir, digestFile)}`,
    ...tlsArguments(domain, 'dest'),
    `dir:${dir}`,
    to,
  ]);
  try {
    for await (const line of createInterface({ input: copy.process.stdout })) {
      const digest = /Copying blob (sha256:[0-9a-f]{64})/.exec(line)?.[1];
      if (digest !== undefined && layers.includes(digest)) {
        yield { status: 'Pushing', progressDetail: {}, id: shortId(digest) };
      }
    }
    await copy.done;
  } finally {
    copy.process.kill();
  }
  if (!existsSync(join(dir, digestFile))) throw systemError('the registry took the image and gave no digest for it');
  for (const digest of layers) yield { status: 'Pushed', progressDetail: {}, id: shortId(digest) };
}

/** Bytes of a manifest that only the registry has. */
async function remoteSize(call: PushCall, digest: string): Promise<number> {
  const { domain, path } = call.reference;
  const args = ['inspect', '--raw', ...tlsArguments(domain, ''), registryAddress({ domain, path, digest })];
  const { stdout } = await askRegistry({ ...call, transfer: 'push' }, args);
  return Buffer.byteLength(stdout);
}
