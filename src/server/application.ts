import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../host/index.ts';
import { MAX_API_VERSION, parseApiVersion } from '../wire/index.ts';
import { Call, type Route } from './call.ts';
import { errorBody, failureOf } from './failure.ts';
import { routable } from './path.ts';
import type { RequestMeter } from './request-meter.ts';
import { Router } from './router.ts';
import { missingRoute } from './routes/swarm/missing.ts';
import { sendBody } from './send-body.ts';
import { type KnowsHost, refuseWebPages } from './web-pages.ts';

/** What answers one request, whatever socket it came on; `isOurs` knows the names of that one. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse, isOurs: KnowsHost) => void;

export interface ApplicationOptions {
  routes: readonly Route[];
  /** The engine's version, for the `Server` header. */
  version: string;
  log: Log;
  /** Is told of every request. */
  meter?: RequestMeter | undefined;
}

/** Makes the application of the routes: Docker's headers, versions, names and errors around them. */
export function createApplication({ routes, version, log, meter }: ApplicationOptions): RequestListener {
  const router = new Router(routes);
  return async (request, response, isOurs) => {
    const began = performance.now();
    let route = noRoute;
    setCommonHeaders(response, version);
    try {
      refuseWebPages(request, isOurs);
      const found = routed(router, request);
      route = found.route;
      await answer(found, request, response);
    } catch (error) {
      sendFailure(response, error, log);
    }
    meter?.note(route, { status: response.statusCode, seconds: (performance.now() - began) / 1000 });
  };
}

/** What is counted together of requests that there is no route for. */
const noRoute: { method: string; path: string } = { method: '', path: '' };

type Routed = NonNullable<ReturnType<Router['find']>> & Pick<ReturnType<typeof routable>, 'version' | 'query'>;

function routed(router: Router, { method = 'GET', url = '/' }: IncomingMessage): Routed {
  const { version, path, query } = routable(url, method);
  const found = router.find(method, path);
  if (found === undefined) throw missingRoute(path);
  return { ...found, version, query };
}

async function answer(found: Routed, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { version, query } = found;
  const call = new Call(request, response, {
    version: version === undefined ? MAX_API_VERSION : parseApiVersion(version),
    name: found.name,
    names: found.names,
    query,
  });
  await found.route.handle(call);
}

function setCommonHeaders(response: ServerResponse, version: string): void {
  response.setHeader('Api-Version', MAX_API_VERSION);
  response.setHeader('Docker-Experimental', 'false');
  response.setHeader('Ostype', 'linux');
  response.setHeader('Server', `Holdfast/${version} (linux)`);
}

function sendFailure(response: ServerResponse, error: unknown, log: Log): void {
  // The answer has begun, or its connection was taken over or has gone: nothing more can be said on it.
  if (response.headersSent || response.socket === null) {
    log.debug({ err: error }, 'a request failed after its answer had begun');
    return;
  }
  const { status, message } = failureOf(error, log);
  // Not modified, by definition of HTTP, has nothing to say.
  if (status === 304) response.writeHead(status).end();
  else sendBody(response, { status, type: 'application/json', body: errorBody(message) });
}
