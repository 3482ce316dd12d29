import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { reporting } from '../async/index.ts';
import { cancelled, invalidArgument, isKind } from '../errors/index.ts';
import { type Log, removeTree, run } from '../host/index.ts';
import { hostPlatform, type ImageService, newTag, parsePlatform } from '../images/index.ts';
import type { NetworkService } from '../networks/index.ts';
import type { Runtime } from '../runtime/index.ts';
import type { BuildRequest, Progress } from '../wire/index.ts';
import { type BaseImage, provideBaseImages, registriesConfig } from './base-images.ts';
import { runBuildah } from './buildah.ts';
import { unpackContext } from './context.ts';
import { type Dockerfile, forBuilder, imagesNeeded, parseDockerfile } from './dockerfile/dockerfile.ts';
import { failureMessage } from './failure.ts';
import { type BuildNetwork, resolveHosts, withNetwork } from './network.ts';
import { shellsOf } from './shells.ts';
import { Steps } from './steps.ts';
import { BuildStorage } from './storage.ts';
import { Transcript } from './transcript.ts';

export interface BuildServiceOptions {
  dataRoot: string;
  execRoot: string;
  images: ImageService;
  networks: NetworkService;
  runtime: Runtime;
  log: Log;
}

interface Running {
  request: BuildRequest;
  /** The build's own folder. */
  folder: string;
  report: (progress: Progress) => void;
  signal: AbortSignal;
}

/** Builds images of Dockerfiles by buildah: base images come from the engine's images, and the result goes into them. */
export class BuildService {
  readonly #parts: BuildServiceOptions;
  readonly #storage: BuildStorage;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();

  /** Takes no time; what a crash left is swept up before the first build, and by {@link sweep}. */
  constructor(options: BuildServiceOptions) {
    this.#parts = options;
    const runtime = async (): Promise<string> => (await options.runtime.program()).path;
    this.#storage = new BuildStorage({ ...options, runtime });
  }

  /** Removes what builds of an earlier daemon left. */
  sweep(): Promise<void> {
    return this.#storage.sweep();
  }

  /** Bytes that the build cache takes. */
  usage(): Promise<number> {
    return this.#storage.usage();
  }

  /** Removes the build cache; nothing goes while something is built. @returns bytes that are free again */
  prune(): Promise<number> {
    return this.#storage.prune();
  }

  /**
   * Builds an image, telling what the classic builder tells. A step that fails is the last message; what is wrong with the
   * request or its Dockerfile is thrown before the first.
   * @param context an archive, compressed or not
   * @throws invalid-argument in Docker's words; unavailable where buildah is not installed; cancelled
   */
  build(context: Readable, request: BuildRequest, gone: AbortSignal): AsyncIterableIterator<Progress> {
    return reporting((report, aborted) => {
      checkRequest(request);
      const signal = AbortSignal.any([aborted, gone, this.#closing.signal]);
      const running = this.#storage.use(() => this.#inFolder(context, { request, report, signal }));
      this.#running.add(running);
      return running.finally(() => this.#running.delete(running));
    });
  }

  /** Cancels what is being built, and resolves when nothing is left of it. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #inFolder(context: Readable, running: Omit<Running, 'folder'>): Promise<void> {
    const folder = join(this.#storage.workFolder, randomBytes(8).toString('hex'));
    mkdirSync(folder, { mode: 0o700 });
    try {
      await this.#run(context, { ...running, folder });
    } catch (error) {
      // Whatever else was wrong: it was because nobody waits any more.
      const isOther = running.signal.aborted && !isKind(error, 'cancelled');
      throw isOther ? cancelled('the request was cancelled', error) : error;
    } finally {
      await removeTree(folder);
    }
  }

  async #run(context: Readable, running: Running): Promise<void> {
    const { request, folder, signal } = running;
    const file = await unpackContext(folder, context, request.dockerfile);
    const dockerfile = parseDockerfile(file, { ...request, name: request.dockerfile });
    const { images } = this.#parts;
    const report = request.quiet ? () => {} : running.report;
    const options = { images, environment: this.#storage.environment, report, signal };
    const bases = await provideBaseImages(imagesNeeded(dockerfile), request, options);
    const nameOf = (image: string): string => bases.find(({ text }) => text === image)?.name ?? image;
    writeFileSync(join(folder, 'Dockerfile'), forBuilder(dockerfile, nameOf));
    writeFileSync(join(folder, 'registries.conf'), registriesConfig);
    const { networks } = this.#parts;
    const mode = this.#needsNetwork(dockerfile, bases) ? request.networkMode : 'none';
    const id = await withNetwork(networks, mode, (network) => this.#steps(running, { dockerfile, bases, network }));
    if (id !== undefined) await this.#keep(id, running);
  }

  /** Runs the steps. @returns the result's id in the builder's storage; undefined where a step failed, which was told */
  async #steps(running: Running, plan: Plan): Promise<string | undefined> {
    const { folder, report, signal } = running;
    const { dockerfile, bases, network } = plan;
    const request = { ...running.request, extraHosts: resolveHosts(this.#parts.networks, running.request.extraHosts) };
    // Docker keeps to itself what a quiet build writes, unless it fails.
    const unsaid: string[] = [];
    const say = (stream: string): void => void (request.quiet ? unsaid.push(stream) : report({ stream }));
    const idOf = (stage: number): string =>
      bases.find(({ text }) => text === dockerfile.stages[stage]?.base)?.id.slice(7, 19) ?? '';
    const transcript = new Transcript(new Steps(dockerfile, request.labels), { say, baseOf: idOf });
    transcript.start();
    const { path: runtime } = await this.#parts.runtime.program();
    const { environment } = this.#storage;
    const exit = await runBuildah({
      ...{ ...network, folder, request, runtime, environment, signal },
      write: (chunk) => transcript.write(chunk),
    });
    if (signal.aborted) throw cancelled('the request was cancelled');
    const ended = transcript.end();
    if (exit.code === 0 && /^[0-9a-f]{64}$/.test(ended.last)) return ended.last;
    for (const stream of unsaid) report({ stream });
    const shells = shellsOf(dockerfile, (base) => this.#parts.images.get(base).config.Shell ?? []);
    report(failureMessage({ ...ended, shell: shells(ended.step), folder: join(folder, 'context') }));
    return undefined;
  }

  /** Takes the result into the engine's images. */
  async #keep(builtId: string, { request, report, signal }: Running): Promise<void> {
    const source = `containers-storage:@${builtId}`;
    const { environment: env } = this.#storage;
    const { id, names } = await this.#parts.images.takeBuilt({
      tags: request.tags,
      fetch: async (dir) => {
        await run(['skopeo', '--insecure-policy', 'copy', '--quiet', source, `dir:${dir}`], { env, signal });
      },
    });
    if (request.quiet) return report({ stream: `${id}\n` });
    report({ aux: { ID: id } });
    report({ stream: `Successfully built ${id.slice(7, 19)}\n` });
    for (const name of names) report({ stream: `Successfully tagged ${name}\n` });
  }

  /** A place on a network takes a while to make, and what only copies files has no use for it. */
  #needsNetwork(dockerfile: Dockerfile, bases: readonly BaseImage[]): boolean {
    const runs = dockerfile.stages.some(({ instructions }) => instructions.some(({ name }) => name === 'RUN'));
    return runs || bases.some(({ id }) => (this.#parts.images.get(id).config.OnBuild ?? []).length > 0);
  }
}

interface Plan {
  dockerfile: Dockerfile;
  bases: readonly BaseImage[];
  network: BuildNetwork;
}

/** @throws invalid-argument for what can be told before anything is read */
function checkRequest({ tags, platform }: BuildRequest): void {
  for (const tag of tags) newTag(tag, '');
  const wanted = parsePlatform(platform);
  const host = hostPlatform();
  if (wanted.os !== host.os || wanted.architecture !== host.architecture) {
    throw invalidArgument(
      `building for ${platform} is not possible on this machine, which is ${host.os}/${host.architecture}`,
    );
  }
}
