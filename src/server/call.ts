import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import { type ApiVersion, decodeBody, type Filters, parseFilters, parseFlagOr, parseInteger } from '../wire/index.ts';
import { readJson } from './body.ts';
import { goneSignal } from './client-gone.ts';

/** One request and its answer, in the words that routes need. */
export class Call {
  readonly version: ApiVersion;
  readonly query: URLSearchParams;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #signal: AbortSignal | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, version: ApiVersion) {
    this.version = version;
    this.query = request.query as URLSearchParams;
    this.#request = request;
    this.#reply = reply;
  }

  get request(): IncomingMessage {
    return this.#request.raw;
  }

  /** The `:name` of the path, unescaped. */
  get name(): string {
    return (this.#request.params as { name?: string }).name ?? '';
  }

  /** Aborts when the client goes away before the answer is complete. */
  get signal(): AbortSignal {
    this.#signal ??= goneSignal(this.#request.raw, this.#reply.raw);
    return this.#signal;
  }

  /** A query parameter; "" where it is absent. */
  text(key: string): string {
    return this.query.get(key) ?? '';
  }

  /** A boolean query parameter by Docker's rule. */
  flag(key: string, absent = false): boolean {
    return parseFlagOr(this.query.get(key), absent);
  }

  /** A whole number in the query; undefined where it is absent or empty. @throws invalid-argument where it is none. */
  integer(key: string): number | undefined {
    const raw = this.text(key);
    return raw === '' ? undefined : parseInteger(raw);
  }

  /** The `filters` of the query. @throws invalid-argument `invalid filter`. */
  filters(): Filters {
    return parseFilters(this.text('filters'));
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The JSON body, or the schema's zero value where there is none. @throws invalid-argument for anything else. */
  async body<T extends z.ZodType>(schema: T): Promise<z.output<T>> {
    return decodeBody(schema, await readJson(this.#request.raw));
  }

  /** As body, with undefined for a body that is absent or null. */
  async optionalBody<T extends z.ZodType>(schema: T): Promise<z.output<T> | undefined> {
    const value = (await readJson(this.#request.raw)) ?? undefined;
    return value === undefined ? undefined : decodeBody(schema, value);
  }

  /** Answers with a JSON value and, as Docker does, a newline. */
  json(status: number, value: unknown): void {
    this.content(status, { type: 'application/json', body: `${JSON.stringify(value)}\n` });
  }

  /** Answers with text of a given type; as bytes, since to text the framework adds a charset that Docker does not send. */
  content(status: number, { type, body }: { type: string; body: string }): void {
    void this.#reply.code(status).header('Content-Type', type).send(Buffer.from(body));
  }

  /** Answers without a body. */
  empty(status: number): void {
    void this.#reply.code(status).send();
  }

  /** Sets a header of the answer still to come. */
  setHeader(name: string, value: string): void {
    this.#reply.raw.setHeader(name, value);
  }

  /** Takes the answer out of the framework's hands; what is thrown from here on reaches no client. */
  takeResponse(): ServerResponse {
    this.#reply.hijack();
    return this.#reply.raw;
  }
}

/** One entry of a noun's table of routes. `path` is Fastify's, with the noun's name as `:name`. */
export interface Route {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  handle: (call: Call) => Promise<void> | void;
}
