import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Log } from '../host/index.ts';
import { MAX_API_VERSION, parseApiVersion } from '../wire/index.ts';
import { Call, type Route } from './call.ts';
import { errorBody, failureOf } from './failure.ts';
import { routable } from './path.ts';
import { missingRoute } from './routes/swarm/missing.ts';

/** What answers one request, whatever socket it came on. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

export interface ApplicationOptions {
  routes: readonly Route[];
  /** The engine's version, for the `Server` header. */
  version: string;
  log: Log;
}

/** Fastify prepares compilers even where no route has a schema. */
function noSchemas(): never {
  throw new Error('routes of this server have no schemas: bodies are decoded by wire/');
}

/** The API version each request was sent to, as it stood in its path. */
const requestedVersions = new WeakMap<IncomingMessage, string>();

/** Makes the application of the routes: Docker's headers, versions, names and errors around them. */
export async function createApplication(options: ApplicationOptions): Promise<RequestListener> {
  const app = fastify({
    logger: false,
    exposeHeadRoutes: false,
    // No route has a schema; without these, compilers of schemas are loaded all the same, at twice the start-up time.
    schemaController: { compilersFactory: { buildValidator: () => noSchemas, buildSerializer: () => noSchemas } },
    routerOptions: {
      maxParamLength: 1 << 16,
      querystringParser: (text) => new URLSearchParams(text) as unknown as Record<string, unknown>,
    },
    frameworkErrors: (error, _request, reply) => sendFailure(reply, error, options.log),
    rewriteUrl: (request) => rewrite(request as IncomingMessage),
  });
  // Bodies are read by the routes: by Docker's rules where they are JSON, as streams where they are archives.
  for (const method of ['POST', 'PUT', 'DELETE']) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  app.setErrorHandler((error, _request, reply) => sendFailure(reply, error, options.log));
  app.setNotFoundHandler((request, reply) => {
    sendFailure(reply, missingRoute(request.url.split('?', 1)[0] ?? ''), options.log);
  });
  for (const { method, path, handle } of options.routes) {
    app.route({ method, url: path, handler: (request, reply) => answer(handle, request, reply) });
  }
  await app.ready();
  return (request, response) => {
    setCommonHeaders(response, options.version);
    app.routing(request, response);
  };
}

function rewrite(request: IncomingMessage): string {
  const { version, url } = routable(request.url ?? '/', request.method ?? 'GET');
  if (version !== undefined) requestedVersions.set(request, version);
  return url;
}

async function answer(handle: Route['handle'], request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const asked = requestedVersions.get(request.raw);
  const version = asked === undefined ? MAX_API_VERSION : parseApiVersion(asked);
  await handle(new Call(request, reply, version));
  return reply;
}

function setCommonHeaders(response: ServerResponse, version: string): void {
  response.setHeader('Api-Version', MAX_API_VERSION);
  response.setHeader('Docker-Experimental', 'false');
  response.setHeader('Ostype', 'linux');
  response.setHeader('Server', `Holdfast/${version} (linux)`);
}

function sendFailure(reply: FastifyReply, error: unknown, log: Log): void {
  const { status, message } = failureOf(error, log);
  void reply.code(status);
  // Not modified, by definition of HTTP, has nothing to say.
  if (status === 304) void reply.send();
  else void reply.header('Content-Type', 'application/json').send(errorBody(message));
}
