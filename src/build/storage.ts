import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, unavailable } from '../errors/index.ts';
import { codeOf, diskUsage, findProgram, type Log, removeTree, run, writeDurable } from '../host/index.ts';

export interface StorageOptions {
  /** Absolute: what outlives the next boot, and what does not. */
  dataRoot: string;
  execRoot: string;
  /** The path of the OCI runtime that builds use. */
  runtime: () => Promise<string>;
  log: Log;
}

/**
 * Where buildah keeps the images of single steps, which are the build cache, and the base images it starts from: a
 * containers-storage of our own that nothing else on the host uses.
 */
export class BuildStorage {
  readonly #root: string;
  readonly #runRoot: string;
  readonly #runtime: () => Promise<string>;
  readonly #log: Log;
  #users = 0;
  /** A build that did not end well may have left a container and its mount. */
  #isUnswept = true;
  #clearing: Promise<unknown> = Promise.resolve();

  constructor({ dataRoot, execRoot, runtime, log }: StorageOptions) {
    this.#runtime = runtime;
    this.#root = join(dataRoot, 'build');
    this.#runRoot = join(execRoot, 'build');
    this.#log = log;
  }

  /** A folder for the contexts of builds. */
  get workFolder(): string {
    return join(this.#root, 'work');
  }

  /** What buildah and skopeo have to be told by their environment to use this storage, and nothing of the host's own. */
  get environment(): Record<string, string | undefined> {
    return {
      CONTAINERS_STORAGE_CONF: join(this.#root, 'storage.conf'),
      TMPDIR: this.#temporary,
      REGISTRY_AUTH_FILE: undefined,
      BUILDAH_LAYERS: undefined,
      BUILDAH_FORMAT: undefined,
      BUILDAH_ISOLATION: undefined,
      BUILDAH_RUNTIME: undefined,
      STORAGE_DRIVER: undefined,
      STORAGE_OPTS: undefined,
    };
  }

  /** Runs a build. @throws unavailable where buildah is not installed */
  async use<T>(build: () => Promise<T>): Promise<T> {
    if (findProgram('buildah') === undefined) {
      throw unavailable(
        'building images needs the program buildah, which is not installed: install the package buildah',
      );
    }
    for (let before: Promise<unknown> | undefined; before !== this.#clearing; ) {
      before = this.#clearing;
      await before;
    }
    this.#users += 1;
    try {
      if (this.#users === 1) await this.#prepare();
      return await build();
    } catch (error) {
      this.#isUnswept = true;
      throw error;
    } finally {
      this.#users -= 1;
      if (this.#users === 0 && this.#isUnswept) await this.sweep();
    }
  }

  /**
   * Removes the working containers of builds that a crash or a cancellation ended; builds that are asked for meanwhile wait.
   * Nothing happens where nothing was ever built.
   */
  sweep(): Promise<void> {
    return this.#alone(() => this.#sweep());
  }

  async #sweep(): Promise<void> {
    try {
      await this.#deleteContainers();
      for (const folder of [this.workFolder, this.#temporary]) await removeTree(folder);
      if (this.#hasContainers()) await run(['buildah', 'rm', '--all'], { env: this.environment });
      this.#isUnswept = false;
    } catch (error) {
      this.#log.warn({ err: error }, 'could not sweep up what builds left');
    }
  }

  /** Bytes that the build cache takes. */
  async usage(): Promise<number> {
    try {
      return await diskUsage(join(this.#root, 'storage'));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return 0;
      throw error;
    }
  }

  /** Removes the build cache; nothing goes while something is built. @returns bytes that are free again */
  async prune(): Promise<number> {
    if (this.#users > 0) return 0;
    return this.#alone(async () => {
      await this.#sweep();
      const size = await this.usage();
      await removeTree(join(this.#root, 'storage'));
      return size;
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#clearing;
    const mine = (async () => {
      await before;
      return work();
    })();
    this.#clearing = mine.catch((error: unknown) => this.#log.debug({ err: error }, messageOf(error)));
    return mine;
  }

  async #prepare(): Promise<void> {
    for (const folder of ['work', 'tmp', 'storage']) {
      mkdirSync(join(this.#root, folder), { recursive: true, mode: 0o700 });
    }
    const settings = [
      '[storage]',
      'driver = "overlay"',
      `graphroot = ${JSON.stringify(join(this.#root, 'storage'))}`,
      `runroot = ${JSON.stringify(this.#runRoot)}`,
      '[storage.options.overlay]',
      // Else the storage is bind mounted over itself, and that mount stays.
      'skip_mount_home = "true"',
      '',
    ];
    await writeDurable(join(this.#root, 'storage.conf'), settings.join('\n'));
  }

  /** buildah and what it ran have ended with it; what the runtime noted of them it had no time to delete. */
  async #deleteContainers(): Promise<void> {
    if (!existsSync(this.#temporary) || readdirSync(this.#temporary).length === 0) return;
    const runtime = await this.#runtime();
    const { stdout } = await run([runtime, 'list', '--format', 'json']);
    const containers = (JSON.parse(stdout) ?? []) as Array<{ id: string; bundle: string }>;
    for (const { id, bundle } of containers) {
      if (bundle.startsWith(`${this.#temporary}/`)) await run([runtime, 'delete', '--force', id]);
    }
  }

  get #temporary(): string {
    return join(this.#root, 'tmp');
  }

  #hasContainers(): boolean {
    try {
      const containers: unknown = JSON.parse(
        readFileSync(join(this.#root, 'storage', 'overlay-containers', 'containers.json'), 'utf8'),
      );
      return Array.isArray(containers) && containers.length > 0;
    } catch {
      // Nothing was built yet, or what is known of it is damaged: then buildah itself has to look.
      return false;
    }
  }
}
