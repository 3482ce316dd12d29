import { isKind } from '../errors/index.ts';
import { run } from '../host/index.ts';
import { type ImageService, parseReference } from '../images/index.ts';
import type { BuildRequest, Progress, RegistryAuth } from '../wire/index.ts';

export interface BaseImagesOptions {
  images: ImageService;
  /** See `BuildStorage`. */
  environment: Record<string, string | undefined>;
  report: (progress: Progress) => void;
  signal: AbortSignal;
}

/** An image that a build starts from or copies from, as the builder's storage has it. */
export interface BaseImage {
  /** As the Dockerfile has it. */
  text: string;
  id: string;
  /** Its name in the builder's storage. */
  name: string;
}

/**
 * Has the builder's storage hold the images that a build needs: they come from the engine's own store, and into that from a
 * registry where they are not here, or a newer one was asked for.
 * @throws what a pull throws
 */
export async function provideBaseImages(
  references: readonly string[],
  request: BuildRequest,
  options: BaseImagesOptions,
): Promise<BaseImage[]> {
  const bases: BaseImage[] = [];
  for (const text of references) {
    const id = await locate(text, request, options);
    bases.push({ text, id, name: `localhost/base:${id.slice('sha256:'.length)}` });
  }
  const known = bases.length === 0 ? new Map<string, string[]>() : await knownImages(options);
  for (const base of bases) {
    if (known.get(base.id)?.includes(base.name) !== true) await handOver(base, options);
  }
  return bases;
}

/** The id of an image, which is pulled where it is not here. */
async function locate(text: string, request: BuildRequest, options: BaseImagesOptions): Promise<string> {
  const { images, report, signal } = options;
  if (!request.pull) {
    try {
      return images.get(text).id;
    } catch (error) {
      if (!isKind(error, 'not-found')) throw error;
    }
  }
  const auth = credentials(request.auths, parseReference(text).domain);
  for await (const progress of images.pull(text, { auth, platform: request.platform, signal })) report(progress);
  return images.get(text).id;
}

/** Docker's own registry has an address of its own in clients' configuration. */
function credentials(auths: BuildRequest['auths'], domain: string): RegistryAuth | undefined {
  const keys = domain === 'docker.io' ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io'] : [domain];
  const key = [...keys, ...keys.map((one) => `https://${one}`)].find((one) => auths[one] !== undefined);
  return key === undefined ? undefined : auths[key];
}

/** The names of each image that the builder's storage holds, by id. */
async function knownImages({ environment, signal }: BaseImagesOptions): Promise<Map<string, string[]>> {
  const { stdout } = await run(['buildah', 'images', '--json', '--no-trunc'], { env: environment, signal });
  const images = (JSON.parse(stdout.trim() || 'null') ?? []) as Array<{ id: string; names: string[] | null }>;
  const known = new Map<string, string[]>();
  for (const { id, names } of images) {
    const full = id.startsWith('sha256:') ? id : `sha256:${id}`;
    known.set(full, [...(known.get(full) ?? []), ...(names ?? [])]);
  }
  return known;
}

/** Copies an image into the builder's storage; the layers that are there stay. */
async function handOver({ id, name }: BaseImage, { images, environment, signal }: BaseImagesOptions): Promise<void> {
  await images.lend(id, (dir) =>
    run(['skopeo', '--insecure-policy', 'copy', '--quiet', `dir:${dir}`, `containers-storage:${name}`], {
      env: environment,
      signal,
    }),
  );
}

/** Keeps buildah from the host's own settings, by which names may mean something else. */
export const registriesConfig = 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n';
