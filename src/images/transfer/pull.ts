import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeTree } from '../../host/index.ts';
import type { Progress } from '../../wire/index.ts';
import { type Manifest, parseManifest, parsePlatform, selectPlatform } from '../manifest.ts';
import { familiarName, type Reference } from '../reference.ts';
import { askRegistry, type RegistryCall, registryAddress, startCopy, tlsArguments } from './skopeo.ts';

/** An image as it came: its blobs are files of `dir`, each named by the hex digits of its digest. */
export interface PulledImage {
  dir: string;
  /** The manifest's exact bytes, for this platform. */
  manifest: Buffer;
  /** What the reference stood for at the registry: of the manifest, or of an index. */
  digest: string;
  /** Deletes `dir` with what was not taken out of it. */
  discard(): Promise<void>;
}

export type PullCall = Omit<RegistryCall, 'transfer'> & { platform: string };

type ImageManifest = Extract<Manifest, { kind: 'image' }>;
const tellEveryMs = 100;

/**
 * Fetches an image into a folder below `scratch`, telling Docker's progress lines as it goes.
 * @returns the fetched image, which the caller discards in the end.
 * @throws not-found, unauthorized or system with Docker's words for it; nothing is left behind then.
 */
export async function* pullImage(call: PullCall): AsyncGenerator<Progress, PulledImage> {
  const registry: RegistryCall = { ...call, transfer: 'pull' };
  const found = await resolveManifest(registry, call.platform);
  yield {
    status: `Pulling from ${pathOf(call.reference)}`,
    id: call.reference.tag ?? call.reference.digest ?? 'latest',
  };
  const dir = mkdtempSync(join(call.scratch, 'pull-'));
  const discard = (): Promise<void> => removeTree(dir);
  try {
    yield* fetchBlobs(registry, found, dir);
    return { dir, manifest: readFileSync(join(dir, 'manifest.json')), digest: found.digest, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

const pathOf = (reference: Reference): string =>
  reference.domain === 'docker.io' ? reference.path : familiarName(reference).slice(reference.domain.length + 1);

interface Resolved {
  /** Digest of what the reference stands for. */
  digest: string;
  /** Digest of the manifest of the platform. */
  imageDigest: string;
  manifest: ImageManifest;
}

async function resolveManifest(registry: RegistryCall, platform: string): Promise<Resolved> {
  const first = await fetchManifest(registry, registry.reference);
  if (first.manifest.kind === 'image') {
    return { digest: first.digest, imageDigest: first.digest, manifest: first.manifest };
  }
  const chosen = selectPlatform(first.manifest.manifests, parsePlatform(platform));
  const image = await fetchManifest(registry, { ...registry.reference, digest: chosen.digest });
  return { digest: first.digest, imageDigest: image.digest, manifest: image.manifest as ImageManifest };
}

async function fetchManifest(
  registry: RegistryCall,
  reference: Reference,
): Promise<{ manifest: Manifest; digest: string }> {
  const args = ['inspect', '--raw', ...tlsArguments(reference.domain, ''), registryAddress(reference)];
  const { stdout } = await askRegistry(registry, args);
  const bytes = Buffer.from(stdout);
  return { manifest: parseManifest(bytes), digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

async function* fetchBlobs(registry: RegistryCall, found: Resolved, dir: string): AsyncGenerator<Progress> {
  const { reference } = registry;
  const layers = found.manifest.layers.map(({ digest, size }) => ({ id: shortId(digest), hex: digest.slice(7), size }));
  for (const { id } of layers) yield { status: 'Pulling fs layer', progressDetail: {}, id };
  const from = registryAddress({ ...reference, digest: found.imageDigest });
  const copy = startCopy(registry, [
    '--preserve-digests',
    ...tlsArguments(reference.domain, 'src'),
    from,
    `dir:${dir}`,
  ]);
  const done = new Set<string>();
  let over = false;
  const ended = copy.done.finally(() => {
    over = true;
  });
  ended.catch(() => {});
  while (!over) {
    await Promise.race([delay(tellEveryMs), ended.catch(() => {})]);
    yield* arrived(dir, layers, done);
  }
  await ended;
  yield* arrived(dir, layers, done);
}

/** A blob has its name once it is whole; skopeo checks its digest before that. */
function* arrived(
  dir: string,
  layers: ReadonlyArray<{ id: string; hex: string; size: number }>,
  done: Set<string>,
): Generator<Progress> {
  for (const { id, hex, size } of layers) {
    if (done.has(hex) || statSync(join(dir, hex), { throwIfNoEntry: false }) === undefined) continue;
    done.add(hex);
    yield { status: 'Downloading', progressDetail: { current: size, total: size }, id };
    yield { status: 'Verifying Checksum', progressDetail: {}, id };
    yield { status: 'Download complete', progressDetail: {}, id };
  }
}

/** The first twelve digits of a digest: how layers are called in progress lines. */
export const shortId = (digest: string): string => digest.slice('sha256:'.length, 'sha256:'.length + 12);
