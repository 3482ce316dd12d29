import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { messageOf, notFound, systemError, unavailable } from '../../../errors/index.ts';
import type { Log } from '../../../host/index.ts';
import { decodeBody } from '../../../wire/index.ts';
import type { VolumeScope } from '../../volume.ts';
import type { PluginAddress } from './address.ts';
import { activateSchema, capabilitiesSchema, refusal, words } from './answers.ts';
import { discover } from './discovery.ts';
import { isUnreachable, post, type Reply } from './post.ts';
import type { PluginTiming } from './timing.ts';

/** What every connection to a plugin needs to know. */
export interface ConnectionOptions {
  /** Where plugins are looked for, absolute. */
  folders: readonly string[];
  timing: PluginTiming;
  log: Log;
  /** Ends what is under way when the daemon stops. */
  signal: AbortSignal;
}

/** One call of the plugin's. */
export interface PluginCall<T extends z.ZodType> {
  /** `VolumeDriver.Mount` */
  method: string;
  arguments: object;
  schema: T;
  /** Waits twice as long, for what may attach a disk. */
  slow?: boolean;
  /** Fails at once where the plugin cannot be reached, for callers with something else to answer. */
  once?: boolean;
}

/** What a plugin said of itself. */
interface Activated {
  address: PluginAddress;
  /** Whether it keeps volumes at all: others lie in the same folders. */
  keepsVolumes: boolean;
}

/**
 * The way to one plugin: found and activated at its first use, found again after it could not be reached.
 * Requests that nobody received are sent again, after pauses that double (semantics 26.4).
 */
export class PluginConnection {
  readonly name: string;
  readonly #options: ConnectionOptions;
  #activation: Promise<Activated> | undefined;
  #scope: VolumeScope | undefined;
  #active = false;

  constructor(name: string, options: ConnectionOptions) {
    this.name = name;
    this.#options = options;
  }

  /** Whether it has answered, and could be reached ever since. */
  get isActive(): boolean {
    return this.#active;
  }

  /** `local` until it has said otherwise. */
  get scope(): VolumeScope {
    return this.#scope ?? 'local';
  }

  /** Reaches the plugin. @returns whether it keeps volumes. @throws what {@link call} does. */
  async activate(options: { once?: boolean } = {}): Promise<boolean> {
    return (await this.#retrying(options.once ?? false, () => this.#activated())).keepsVolumes;
  }

  /**
   * @throws a refusal where the plugin says that it failed; system for an answer that is none; unavailable where it
   *   cannot be reached, or takes too long.
   */
  async call<T extends z.ZodType<{ Err: string }>>(call: PluginCall<T>): Promise<z.output<T>> {
    const { answer, slowAnswer } = this.#options.timing;
    const timeout = call.slow === true ? slowAnswer : answer;
    const reply = await this.#retrying(call.once ?? false, async () => {
      const { address } = await this.#activated();
      return this.#post(address, { method: call.method, body: JSON.stringify(call.arguments), timeout });
    });
    return this.#decode(call.method, call.schema, reply);
  }

  #decode<T extends z.ZodType<{ Err: string }>>(method: string, schema: T, reply: Reply): z.output<T> {
    const answer = decoded(schema, reply.text);
    if (!reply.ok) throw this.#failure(method, answer?.Err);
    if (answer === undefined) throw systemError(`plugin ${this.name}: ${method}: the answer is not what was asked for`);
    if (answer.Err !== '') throw refusal(words(answer.Err));
    return answer;
  }

  /** Only a plugin that speaks the protocol has refused; anything else may be a proxy, or a plugin that is about to start. */
  #failure(method: string, told: string | undefined): Error {
    return told === undefined || told === ''
      ? systemError(`plugin ${this.name}: ${method} failed, and the plugin does not say why`)
      : refusal(`${method}: ${words(told)}`);
  }

  #activated(): Promise<Activated> {
    if (this.#activation !== undefined) return this.#activation;
    const activation = this.#activate();
    this.#activation = activation;
    activation.catch(() => this.#forget(activation));
    return activation;
  }

  /** What is next wanted of the plugin looks for it anew. */
  #forget(activation: Promise<Activated> | undefined): void {
    if (this.#activation === activation) this.#activation = undefined;
  }

  async #activate(): Promise<Activated> {
    const address = discover(this.name, this.#options.folders);
    if (address === undefined) throw Object.assign(notFound(`plugin "${this.name}" not found`), { code: 'ENOENT' });
    const timeout = this.#options.timing.answer;
    const reply = await this.#post(address, { method: 'Plugin.Activate', body: '', timeout });
    const answer = reply.ok ? decoded(activateSchema, reply.text) : undefined;
    if (answer === undefined)
      throw systemError(`plugin ${this.name}: Plugin.Activate: the answer is not what was asked for`);
    const keepsVolumes = answer.Implements?.includes('VolumeDriver') ?? false;
    if (keepsVolumes) this.#scope ??= await this.#askScope(address);
    this.#active = true;
    return { address, keepsVolumes };
  }

  /** A plugin need not know the question (semantics 26.5). */
  async #askScope(address: PluginAddress): Promise<VolumeScope> {
    const method = 'VolumeDriver.Capabilities';
    const { timing, log } = this.#options;
    try {
      const reply = await this.#post(address, { method, body: '{}', timeout: timing.answer });
      const { Capabilities } = this.#decode(method, capabilitiesSchema, reply);
      const scope = Capabilities?.Scope.toLowerCase() ?? '';
      if (scope === 'global' || scope === 'local') return scope;
      if (scope !== '')
        log.warn({ plugin: this.name, scope: words(scope) }, 'a volume plugin has a scope that is none');
    } catch (error) {
      if (isUnreachable(error)) throw error;
    }
    return 'local';
  }

  #post(address: PluginAddress, call: { method: string; body: string; timeout: number }): Promise<Reply> {
    const { method, body, timeout } = call;
    return post({ address, path: `/${method}`, body, timeout, signal: this.#options.signal });
  }

  async #retrying<T>(once: boolean, work: () => Promise<T>): Promise<T> {
    const { firstPause, retryFor } = this.#options.timing;
    const until = performance.now() + retryFor;
    for (let pause = firstPause; ; pause *= 2) {
      try {
        return await work();
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        this.#forget(this.#activation);
        this.#active = false;
        if (once || performance.now() + pause > until) throw this.#cannotReach(error);
        await sleep(pause, undefined, { ref: false, signal: this.#options.signal });
      }
    }
  }

  #cannotReach(error: unknown): Error {
    return unavailable(`plugin ${this.name} cannot be reached: ${messageOf(error)}`, error);
  }
}

function decoded<T extends z.ZodType>(schema: T, text: string): z.output<T> | undefined {
  try {
    return decodeBody(schema, text.trim() === '' ? {} : JSON.parse(text));
  } catch {
    // Not JSON, or of another form: the caller says which answer it was.
    return undefined;
  }
}
