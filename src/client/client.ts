import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type HoldfastError, isKind } from '../errors/index.ts';
import type { Endpoint } from './endpoint.ts';
import { connectionFailure, isConnectionError, isNotListening, readText, responseFailure } from './failure.ts';
import { connectTo, type Hijacked, hijack } from './hijack.ts';
import { type Query, requestPath } from './query.ts';

/** The newest API version this client speaks; a server with an older one is met at its own. */
export const API_VERSION = '1.50';

/** One call of the API. A `body` that is a stream is sent as it is; anything else as JSON. */
export interface ApiRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export interface ApiClientOptions {
  endpoint: Endpoint;
  userAgent: string;
  /** API version to insist on (DOCKER_API_VERSION); otherwise the newest both sides speak. */
  version?: string | undefined;
  /** Headers for every request (HttpHeaders of the configuration file). */
  headers?: Record<string, string>;
  /** Called when nothing listens at the endpoint; resolves to true when it is worth another try. */
  onNotListening?: () => Promise<boolean>;
}

/** Speaks the Engine API over a unix socket or TCP, plain or with TLS, with one kept-alive connection for the plain requests. */
export class ApiClient {
  readonly endpoint: Endpoint;
  readonly #options: ApiClientOptions;
  readonly #agent: Agent;
  #version: string;
  #serverVersionKnown: boolean;

  constructor(options: ApiClientOptions) {
    this.endpoint = options.endpoint;
    this.#options = options;
    this.#agent = agentFor(options.endpoint);
    this.#version = options.version ?? API_VERSION;
    this.#serverVersionKnown = options.version !== undefined;
  }

  /** The API version in use: until the first answer, the one hoped for. */
  get version(): string {
    return this.#version;
  }

  /**
   * Sends a request and answers the response once its head is there; the caller reads the body.
   * @throws the server's error by its status, unavailable where no daemon answers.
   */
  async request(call: ApiRequest): Promise<IncomingMessage> {
    // A streamed body cannot be sent twice, so whatever may need a second try is settled before it.
    if (call.body instanceof Readable) await this.ping();
    return this.#negotiating(async () => {
      const response = await this.#reaching(() => this.#send(call, this.#version));
      if ((response.statusCode ?? 0) < 300 || response.statusCode === 304) return response;
      throw await responseFailure(response);
    });
  }

  /** Sends a request and decodes its JSON answer. `T` is what the route answers; it is not checked. */
  async json<T>(call: ApiRequest): Promise<T> {
    return JSON.parse(await this.text(call)) as T;
  }

  /** Sends a request and answers the body as text, for output that must be byte-exact. */
  async text(call: ApiRequest): Promise<string> {
    return readText(await this.request(call));
  }

  /** Sends a request whose answer holds nothing of interest. */
  async send(call: ApiRequest): Promise<void> {
    const response = await this.request(call);
    response.resume();
  }

  /** Sends a request that turns into a two-way stream (attach, exec start). */
  async hijack(call: ApiRequest): Promise<Hijacked> {
    return this.#negotiating(() =>
      this.#reaching(() =>
        hijack({
          endpoint: this.endpoint,
          path: requestPath(call.path, { query: call.query, version: this.#version }),
          headers: this.#headers(call),
          body: call.body,
        }),
      ),
    );
  }

  /** Asks for the server's API version and meets it where ours is newer. */
  async ping(): Promise<void> {
    if (this.#serverVersionKnown) return;
    const response = await this.#reaching(() => this.#send({ method: 'HEAD', path: '/_ping' }, undefined));
    response.resume();
    this.#meet(String(response.headers['api-version'] ?? '1.24'));
  }

  /** Closes idle connections, so that the process may end. */
  close(): void {
    this.#agent.destroy();
  }

  /** Tries with our version; a server that finds it too new says which it knows, and is asked again with that. */
  async #negotiating<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      const result = await attempt();
      this.#serverVersionKnown = true;
      return result;
    } catch (error) {
      const newest = this.#serverVersionKnown ? undefined : newestOfServer(error);
      if (newest === undefined) throw error;
      this.#meet(newest);
      return attempt();
    }
  }

  #meet(serverVersion: string): void {
    if (minorOf(serverVersion) < minorOf(this.#version)) this.#version = serverVersion;
    this.#serverVersionKnown = true;
  }

  async #reaching<T>(attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (isNotListening(error) && (await this.#options.onNotListening?.()) === true)
        return attempt().catch(this.#fail);
      return this.#fail(error);
    }
  }

  readonly #fail = (error: unknown): never => {
    throw isConnectionError(error) ? connectionFailure(error, this.endpoint) : error;
  };

  #headers(call: ApiRequest): OutgoingHttpHeaders {
    return { 'User-Agent': this.#options.userAgent, ...this.#options.headers, ...call.headers };
  }

  #send(call: ApiRequest, version: string | undefined): Promise<IncomingMessage> {
    const path = requestPath(call.path, { query: call.query, ...(version === undefined ? {} : { version }) });
    const payload = call.body instanceof Readable ? call.body : encodeBody(call.body);
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        ...address(this.endpoint),
        agent: this.#agent,
        method: call.method,
        path,
        headers: { ...(typeof payload === 'string' ? jsonHeaders(payload) : {}), ...this.#headers(call) },
        ...(call.signal === undefined ? {} : { signal: call.signal }),
      });
      request.on('response', resolve);
      request.on('error', reject);
      if (payload instanceof Readable) {
        payload.on('error', (error) => request.destroy(error));
        payload.pipe(request);
      } else request.end(payload);
    });
  }
}

/** Keeps one connection. What TLS needs is loaded with the first connection of a client that uses it. */
function agentFor(endpoint: Endpoint): Agent {
  const agent = new Agent({ keepAlive: true });
  if (endpoint.kind !== 'tcp' || endpoint.tls === undefined) return agent;
  return Object.assign(agent, {
    createConnection: (_options: unknown, done: (error: unknown, socket?: Socket) => void) => {
      connectTo(endpoint).then((socket) => done(null, socket), done);
    },
  });
}

/**
 * Request options that reach the endpoint. The Host header of a unix socket is a placeholder, as Go's client has it; the
 * empty server name keeps Node from working one out of it, which costs milliseconds and is for TLS.
 */
export function address(
  endpoint: Endpoint,
): { socketPath: string; host: string; servername: string } | { host: string; port: number } {
  return endpoint.kind === 'unix'
    ? { socketPath: endpoint.path, host: 'localhost', servername: '' }
    : { host: endpoint.host, port: endpoint.port };
}

/** Headers of a JSON body. */
export function jsonHeaders(body: string): OutgoingHttpHeaders {
  return { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
}

/** A JSON body as sent; undefined for none. */
export function encodeBody(body: unknown): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

function newestOfServer(error: unknown): string | undefined {
  if (!isKind(error, 'invalid-argument')) return undefined;
  return /too new\. Maximum supported API version is (\d+\.\d+)/.exec((error as HoldfastError).message)?.[1];
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}
