import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { promisify } from 'node:util';
import { imageArchive } from '../test/images/index.ts';
import { openRequest } from '../test/support/request.ts';
import { Api } from './api.ts';

const run = promisify(execFile);

/** A daemon that can be started and stopped, as the cold-start and memory cases need. */
export interface Lifecycle {
  /** Names the daemon's processes: it is in their command lines. */
  folder: string;
  /** Returns once the daemon answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Whereabouts {
  lifecycle?: Lifecycle;
  /** Words before a program's own, for it to run where the daemon's published ports are. */
  within?: () => readonly string[];
}

/** A daemon under measurement. `lifecycle` is absent for one that was running already and is only a guest here. */
export class Target {
  readonly name: string;
  readonly socket: string;
  readonly lifecycle: Lifecycle | undefined;
  readonly api: Api;
  readonly #within: () => readonly string[];

  constructor(name: string, socket: string, { lifecycle, within = () => [] }: Whereabouts = {}) {
    this.name = name;
    this.socket = socket;
    this.lifecycle = lifecycle;
    this.#within = within;
    this.api = new Api(socket);
  }

  /** Runs a client (docker or holdfast) against this daemon. */
  async client(program: string, args: readonly string[]): Promise<string> {
    const env = { ...process.env, DOCKER_HOST: `unix://${this.socket}`, DOCKER_CONFIG: '/nonexistent' };
    return (await run(program, args, { env })).stdout;
  }

  /** Runs a program where the daemon's published ports are on the loopback. @returns its output */
  async nearby(program: string, args: readonly string[]): Promise<string> {
    const [first = '', ...rest] = [...this.#within(), program, ...args];
    return (await run(first, rest)).stdout;
  }

  async loadImage(): Promise<void> {
    const response = await openRequest(this.socket, '/images/load?quiet=1', {
      method: 'POST',
      body: createReadStream(imageArchive('alpine')),
    });
    for await (const _chunk of response);
  }

  /** The newest API version the daemon speaks, as its minor number: 41 for 1.41. */
  async apiMinor(): Promise<number> {
    const { ApiVersion } = await this.api.json<{ ApiVersion: string }>('GET', '/version');
    return Number(ApiVersion.split('.')[1]);
  }

  /** Makes volumes named `<prefix>0` and so on, eight at a time. */
  async makeVolumes(prefix: string, count: number): Promise<void> {
    let next = 0;
    const worker = async () => {
      while (next < count) await this.api.call('POST', '/volumes/create', { Name: `${prefix}${next++}` });
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  }

  /** Removes every volume that nothing uses, named ones too, and returns how many there were. */
  async pruneVolumes(): Promise<number> {
    // Before 1.42 the filter is unknown, and prune takes named volumes by itself.
    const query = (await this.apiMinor()) >= 42 ? '?filters={"all":["true"]}' : '';
    const { VolumesDeleted } = await this.api.json<{ VolumesDeleted: string[] | null }>(
      'POST',
      encodeURI(`/volumes/prune${query}`),
    );
    return VolumesDeleted?.length ?? 0;
  }

  close(): void {
    this.api.close();
  }
}
