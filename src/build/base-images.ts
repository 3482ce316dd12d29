import { isKind } from '../errors/index.ts';
import { run } from '../host/index.ts';
import { canonicalString, familiarName, type ImageService, parseReference, withDefaultTag } from '../images/index.ts';
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
  /** Its full name, under which the builder finds it. */
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
    const reference = withDefaultTag(parseReference(text));
    const id = await locate(text, request, options);
    bases.push({ text, id, name: canonicalString(reference) });
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

/** Copies an image into the builder's storage; the layers that are there stay. The name goes over to it. */
async function handOver({ id, name }: BaseImage, { images, environment, signal }: BaseImagesOptions): Promise<void> {
  await images.lend(id, (dir) =>
    run(['skopeo', '--insecure-policy', 'copy', '--quiet', `dir:${dir}`, `containers-storage:${name}`], {
      env: environment,
      signal,
    }),
  );
}

/**
 * The configuration by which buildah takes a short name for the image that it means here, and asks no registry: without it
 * `localhost/x` would be tried before `docker.io/library/x`.
 */
export function registriesConfig(bases: readonly BaseImage[]): string {
  const aliases = bases.flatMap(({ text, name }) => {
    const { domain, path } = parseReference(name);
    const short = text.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    const isShort = familiarName({ domain, path }) === short && domain === 'docker.io';
    return isShort ? [`${JSON.stringify(short)} = ${JSON.stringify(`${domain}/${path}`)}`] : [];
  });
  const unique = [...new Set(aliases)];
  return [
    'unqualified-search-registries = ["docker.io"]',
    'short-name-mode = "permissive"',
    '[aliases]',
    ...unique,
    '',
  ].join('\n');
}
