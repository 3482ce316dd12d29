import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import { type ApiVersion, decodeBody, type Filters, parseFilters, parseFlagOr, parseInteger } from '../wire/index.ts';
import { readJson } from './body.ts';
import { goneSignal } from './client-gone.ts';
import { sendBody } from './send-body.ts';

/** What a request's URL says, besides which route it is for. */
interface Target {
  version: ApiVersion;
  /** The `:name` of the path, unescaped; "" where the route has none. */
  name: string;
  /** Every `:word` of one of Holdfast's own paths, unescaped. */
  names: Readonly<Record<string, string>>;
  /** As sent, without the question mark. */
  query: string;
}

/** One request and its answer, in the words that routes need. */
export class Call {
  readonly version: ApiVersion;
  readonly name: string;
  readonly #names: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly #response: ServerResponse;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, { version, name, names, query }: Target) {
    this.version = version;
    this.name = name;
    this.#names = names;
    this.query = new URLSearchParams(query);
    this.request = request;
    this.#response = response;
  }

  /** Aborts when the client goes away before the answer is complete. */
  get signal(): AbortSignal {
    this.#signal ??= goneSignal(this.request, this.#response);
    return this.#signal;
  }

  /** What stands in the path for the route's `:key`. */
  inPath(key: string): string {
    return this.#names[key] ?? '';
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
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** The JSON body, or the schema's zero value where there is none. @throws invalid-argument for anything else. */
  async body<T extends z.ZodType>(schema: T): Promise<z.output<T>> {
    return decodeBody(schema, await readJson(this.request));
  }

  /** As body, with undefined for a body that is absent or null. */
  async optionalBody<T extends z.ZodType>(schema: T): Promise<z.output<T> | undefined> {
    const value = (await readJson(this.request)) ?? undefined;
    return value === undefined ? undefined : decodeBody(schema, value);
  }

  /** Answers with a JSON value and, as Docker does, a newline. */
  json(status: number, value: unknown): void {
    this.content(status, { type: 'application/json', body: `${JSON.stringify(value)}\n` });
  }

  /** Answers with text of a given type. */
  content(status: number, { type, body }: { type: string; body: string }): void {
    sendBody(this.#response, { status, type, body });
  }

  /** Answers without a body. */
  empty(status: number): void {
    // Not by writeHead, after which Node would not know that there is no body, and send an empty one in chunks.
    this.#response.statusCode = status;
    this.#response.end();
  }

  /** Sets a header of the answer still to come. */
  setHeader(name: string, value: string): void {
    this.#response.setHeader(name, value);
  }

  /** Gives the answer away, to be written piece by piece; what is thrown once it has begun reaches no client. */
  takeResponse(): ServerResponse {
    return this.#response;
  }
}

/**
 * One entry of a noun's table of routes. `path` has at most one variable part, its second: the noun's `:name`. Holdfast's own
 * paths, below `/holdfast/v1`, may have more, of any name.
 */
export interface Route {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** For one of Holdfast's own routes: what the OpenAPI document says of it. */
  about?: RouteAbout;
  handle: (call: Call) => Promise<void> | void;
}

/** What users of the API are told of a route, in words and schemas. */
export interface RouteAbout {
  summary: string;
  /** The parameters of the query, an object of optional strings. */
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The JSON that a success is answered with; absent for an empty answer or a stream. */
  answer?: z.ZodType;
}
