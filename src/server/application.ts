import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../host/index.ts';
import { MAX_API_VERSION, parseApiVersion } from '../wire/index.ts';
import { Call, type Route } from './call.ts';
import { errorBody, failureOf } from './failure.ts';
import { routable } from './path.ts';
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
}

/** Makes the application of the routes: Docker's headers, versions, names and errors around them. */
export function createApplication({ routes, version, log }: ApplicationOptions): RequestListener {
  const router = new Router(routes);
  return async (request, response, isOurs) => {
    setCommonHeaders(response, version);
    try {
      refuseWebPages(request, isOurs);
      await answer(router, request, response);
    } catch (error) {
      sendFailure(response, error, log);
    }
  };
}

async function answer(router: Router, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const { version, path, query } = routable(url, method);
  const found = router.find(method, path);
  if (found === undefined) throw missingRoute(path);
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
