import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemError } from '../../errors/index.ts';
import { removeTree } from '../../host/index.ts';
import type { Progress } from '../../wire/index.ts';
import { hexOf, sha256 } from '../digest.ts';
import { type Manifest, parseManifest, parsePlatform, selectPlatform } from '../manifest.ts';
import { familiarName, type Reference } from '../reference.ts';
import { Arrivals } from './arrivals.ts';
import { askRegistry, type RegistryCall, registryAddress, startCopy, tlsArguments } from './skopeo.ts';

/** An image as it came. */
export interface PulledImage {
  /** The manifest's exact bytes, for this platform, and what they say. */
  bytes: Buffer;
  manifest: ImageManifest;
  /** What the reference stood for at the registry: of the manifest, or of an index. */
  digest: string;
  /** A folder with its blobs, each named by the hex digits of its digest; undefined where the image was here already. */
  dir: string | undefined;
  /** Deletes `dir` with what was not taken out of it. */
  discard(): Promise<void>;
}

export type PullCall = Omit<RegistryCall, 'transfer'> & {
  platform: string;
  /** Tells by its configuration's digest whether an image is here, with all its blobs: then nothing is fetched. */
  hasImage(id: string): boolean;
  /** Where a blob is that need not be fetched again; undefined for one that is not here. On `scratch`'s file system. */
  blobPath(digest: string): string | undefined;
};

type ImageManifest = Extract<Manifest, { kind: 'image' }>;

/**
 * Fetches an image into a folder below `scratch`, telling Docker's progress lines as it goes.
 * @returns the fetched image, which the caller discards in the end.
 * @throws not-found, unauthorized or system with Docker's words for it; nothing is left behind then.
 */
export async function* pullImage(call: PullCall): AsyncGenerator<Progress, PulledImage> {
  const registry: RegistryCall = { ...call, transfer: 'pull' };
  const found = await resolveManifest(registry, call.platform);
  const { reference } = call;
  yield { status: `Pulling from ${pathOf(reference)}`, id: reference.tag ?? reference.digest ?? 'latest' };
  const { bytes, manifest, digest } = found;
  if (call.hasImage(manifest.config.digest)) {
    return { bytes, manifest, digest, dir: undefined, discard: async () => {} };
  }
  const dir = mkdtempSync(join(call.scratch, 'pull-'));
  const discard = (): Promise<void> => removeTree(dir);
  try {
    yield* fetchBlobs(call, found, dir);
    return { bytes, manifest, digest, dir, discard };
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
  /** Of the platform's own manifest. */
  imageDigest: string;
  bytes: Buffer;
  manifest: ImageManifest;
}

async function resolveManifest(registry: RegistryCall, platform: string): Promise<Resolved> {
  const first = await fetchManifest(registry, registry.reference);
  const { digest, bytes } = first;
  if (first.manifest.kind === 'image') return { digest, imageDigest: digest, bytes, manifest: first.manifest };
  const chosen = selectPlatform(first.manifest.manifests, parsePlatform(platform));
  const image = await fetchManifest(registry, { ...registry.reference, digest: chosen.digest });
  if (image.manifest.kind !== 'image' || image.digest !== chosen.digest) {
    throw systemError(`manifest ${chosen.digest} of ${familiarName(registry.reference)} is not what its digest says`);
  }
  return { digest, imageDigest: image.digest, bytes: image.bytes, manifest: image.manifest };
}

async function fetchManifest(
  registry: RegistryCall,
  reference: Reference,
): Promise<{ manifest: Manifest; digest: string; bytes: Buffer }> {
  const args = ['inspect', '--raw', ...tlsArguments(reference.domain, ''), registryAddress(reference)];
  const { stdout } = await askRegistry(registry, args);
  const bytes = Buffer.from(stdout);
  const digest = sha256(bytes);
  if (reference.digest !== undefined && reference.digest !== digest) {
    throw systemError(`manifest ${reference.digest} of ${familiarName(reference)} is not what its digest says`);
  }
  return { manifest: parseManifest(bytes), digest, bytes };
}

const tellEveryMs = 100;

async function* fetchBlobs(call: PullCall, found: Resolved, dir: string): AsyncGenerator<Progress> {
  const { reference } = call;
  const arrivals = new Arrivals(dir, found.manifest.layers);
  const registry: RegistryCall = { ...call, transfer: 'pull' };
  const from = registryAddress({ domain: reference.domain, path: reference.path, digest: found.imageDigest });
  const stopSeeding = arrivals.seed((digest) => call.blobPath(digest));
  const copy = startCopy(registry, [
    '--preserve-digests',
    ...tlsArguments(reference.domain, 'src'),
    from,
    `dir:${dir}`,
  ]);
  let over = false;
  const ended = copy.done.finally(() => {
    over = true;
  });
  const failed = ended.then(
    () => undefined,
    (error: unknown) => error,
  );
  arrivals.follow(copy.process.stdout);
  try {
    yield* arrivals.start();
    while (!over) {
      await Promise.race([pause(tellEveryMs), failed]);
      yield* arrivals.news();
    }
    const failure = await failed;
    if (failure !== undefined) throw failure;
    yield* arrivals.news();
    checkManifest(dir, found);
  } finally {
    stopSeeding();
    copy.process.kill();
    await failed;
  }
}

/** What was copied is what was looked at, whatever the registry answers the second time. */
function checkManifest(dir: string, found: Resolved): void {
  const digest = sha256(readFileSync(join(dir, 'manifest.json')));
  if (digest !== found.imageDigest) throw systemError(`the manifest changed on its way: ${hexOf(digest)}`);
}

/** A wait that keeps no process alive. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
