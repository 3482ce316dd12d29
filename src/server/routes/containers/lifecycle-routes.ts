import { invalidArgument, messageOf } from '../../../errors/index.ts';
import type { Call, Route } from '../../call.ts';
import { terminalSize } from '../../terminal-size.ts';
import type { ContainersBackend, StopQuery } from './backend.ts';

type Change = (call: Call) => Promise<void>;

/** What changes the state of a container's process. */
export function lifecycleRoutes(containers: ContainersBackend): Route[] {
  const post = (operation: string, change: Change): Route => ({
    method: 'POST',
    path: `/containers/:name/${operation}`,
    handle: async (call) => {
      await change(call);
      call.empty(204);
    },
  });
  return [
    post('start', (call) => {
      refuseHostConfig(call);
      return containers.start(call.name);
    }),
    post('stop', (call) => containers.stop(call.name, stopQuery(call))),
    post('restart', (call) => containers.restart(call.name, stopQuery(call))),
    post('kill', (call) => containers.kill(call.name, call.text('signal'))),
    post('pause', (call) => containers.pause(call.name)),
    post('unpause', (call) => containers.unpause(call.name)),
    {
      method: 'POST',
      path: '/containers/:name/resize',
      handle: async (call) => {
        await containers.resize(call.name, terminalSize(call));
        call.empty(200);
      },
    },
    { method: 'POST', path: '/containers/:name/wait', handle: (call) => wait(containers, call) },
  ];
}

const stopQuery = (call: Call): StopQuery => ({ signal: call.text('signal'), timeoutSeconds: call.integer('t') });

/** A start could once carry a HostConfig; ignoring it would run something else than asked. `{}` is a client's habit. */
function refuseHostConfig(call: Call): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = call.request.headers;
  if (encoding === undefined && Number(length ?? 0) <= 7) return;
  throw invalidArgument(
    'starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24',
  );
}

/**
 * The head goes at once: `docker run` starts the container only after it has seen it. A client that leaves ends
 * the wait.
 */
async function wait(containers: ContainersBackend, call: Call): Promise<void> {
  const { signal } = call;
  const { result } = await containers.wait(call.name, { condition: call.text('condition'), signal });
  const response = call.takeResponse();
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  try {
    response.end(`${JSON.stringify(await result)}\n`);
  } catch (error) {
    if (signal.aborted) response.destroy();
    else response.end(`${JSON.stringify({ StatusCode: -1, Error: { Message: messageOf(error) } })}\n`);
  }
}
