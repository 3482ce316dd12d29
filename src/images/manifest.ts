import * as z from 'zod';
import { invalidArgument, notFound } from '../errors/index.ts';
import { parseJson } from './config.ts';
import { isDigest } from './reference.ts';

const platformSchema = z.object({
  architecture: z.string().default(''),
  os: z.string().default(''),
  variant: z.string().default(''),
});

const descriptorSchema = z.object({
  mediaType: z.string().default(''),
  digest: z.string(),
  size: z.number().int().nonnegative(),
  platform: platformSchema.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
/** Points at a blob: its digest, its size in bytes and what it is (image-spec, descriptor.md). */
export type Descriptor = z.output<typeof descriptorSchema>;
export type Platform = z.output<typeof platformSchema>;

const manifestSchema = z.object({
  mediaType: z.string().nullish(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
});
const indexSchema = z.object({ mediaType: z.string().nullish(), manifests: z.array(descriptorSchema) });

/** What a manifest blob holds: one image, or a choice of several. */
export type Manifest =
  | { kind: 'image'; mediaType: string; config: Descriptor; layers: Descriptor[] }
  | { kind: 'index'; mediaType: string; manifests: Descriptor[] };

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

/**
 * Reads a manifest or an index, OCI's or Docker's (schema 2).
 * @throws invalid-argument for anything else, and where a digest is not one.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const json = parseJson(bytes, 'manifest');
  const image = manifestSchema.safeParse(json);
  if (image.success) {
    const { mediaType, config, layers } = image.data;
    checkDigests([config, ...layers]);
    return { kind: 'image', mediaType: mediaType ?? mediaTypes.manifest, config, layers };
  }
  const index = indexSchema.safeParse(json);
  if (!index.success) throw invalidArgument('invalid manifest: neither an image (schema 2 or OCI) nor an index');
  checkDigests(index.data.manifests);
  return { kind: 'index', mediaType: index.data.mediaType ?? mediaTypes.index, manifests: index.data.manifests };
}

/**
 * The manifest of an index to use on `platform`: exact variant first, then any of the architecture.
 * @throws not-found `no matching manifest for linux/amd64 in the manifest list entries`.
 */
export function selectPlatform(manifests: readonly Descriptor[], platform: Platform): Descriptor {
  const usable = manifests.filter(
    ({ platform: p }) => p?.os === platform.os && sameArchitecture(p.architecture, platform.architecture),
  );
  const variant = defaultVariant(platform);
  const best =
    usable.find(({ platform: p }) => p != null && defaultVariant(p) === variant) ??
    (platform.variant === '' ? usable[0] : undefined);
  if (best === undefined) {
    throw notFound(`no matching manifest for ${platformText(platform)} in the manifest list entries`);
  }
  return best;
}

/** `linux/arm/v7`: how platforms are written. */
function platformText(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return [os, architecture, variant].filter((part) => part !== '').join('/');
}

/** Reads `os[/arch[/variant]]`, or an architecture alone; empty means the host's. @throws invalid-argument. */
export function parsePlatform(text: string): Platform {
  const host = hostPlatform();
  if (text === '') return host;
  const parts = text.toLowerCase().split('/');
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) {
    throw invalidArgument(`"${text}": invalid platform: not of the form os/arch[/variant]`);
  }
  const [first = '', second, third] = parts;
  if (second === undefined) {
    return first === 'linux' ? host : { os: 'linux', architecture: normalArchitecture(first), variant: '' };
  }
  return { os: first, architecture: normalArchitecture(second), variant: third ?? '' };
}

/** The platform this machine runs, in Go's words. */
export function hostPlatform(): Platform {
  return { os: 'linux', architecture: normalArchitecture(process.arch), variant: process.arch === 'arm' ? 'v7' : '' };
}

/** The manifest for an image that came without one. @returns its exact bytes: the digest is taken over them. */
export function makeManifest(config: { digest: string; size: number }, layers: readonly Descriptor[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, digest: config.digest, size: config.size },
      layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    }),
  );
}

function checkDigests(descriptors: readonly Descriptor[]): void {
  // Digests become file names: nothing but hex digits may pass.
  const bad = descriptors.find(({ digest }) => !isDigest(digest));
  if (bad !== undefined) throw invalidArgument('invalid manifest: a digest that is not sha256');
}

const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  x86_64: 'amd64',
  aarch64: 'arm64',
  ia32: '386',
  i386: '386',
  i686: '386',
  ppc64: 'ppc64le',
  armhf: 'arm',
};

function normalArchitecture(name: string): string {
  return architectures[name] ?? name;
}

function sameArchitecture(a: string, b: string): boolean {
  return normalArchitecture(a) === normalArchitecture(b);
}

function defaultVariant({ architecture, variant }: Platform): string {
  if (variant !== '') return variant;
  if (architecture === 'arm64') return 'v8';
  return architecture === 'arm' ? 'v7' : '';
}
