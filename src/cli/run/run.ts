import { invalidArgument } from '../../errors/index.ts';
import { type App, say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { refuseNoTerminal } from '../streams/check-terminal.ts';
import { watchExit } from '../streams/exit-wait.ts';
import { runSession, type SessionOptions } from '../streams/session.ts';
import { proxySignals } from '../streams/signal-proxy.ts';
import { followSize } from '../streams/terminal-size.ts';
import { createContainer, prepareContainer } from './create-container.ts';
import { CREATE_FLAGS } from './create-request.ts';
import { attachedStreams } from './process-flags.ts';
import { RUN_EXAMPLES } from './run-examples.ts';
import { refuseLine, runFailure } from './run-failure.ts';

export const run = defineCommand({
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  flags: {
    ...CREATE_FLAGS,
    detach: toggle('Run container in background and print container ID', { short: 'd' }),
    'detach-keys': text('Key sequence that leaves the container running, such as "ctrl-p,ctrl-q"'),
    'sig-proxy': toggle('Send signals this command gets to the process instead', { initial: true }),
  },
  args: { min: 1 },
  stopAtFirstArgument: true,
  completes: ['image'],
  examples: RUN_EXAMPLES,
  async run({ app, path, values, given, args: [image = '', ...command] }) {
    if (values.detach && values.attach.length > 0) {
      throw invalidArgument('conflicting options: cannot specify both --attach and --detach');
    }
    const streams = attachedStreams(values, values.detach);
    refuseNoTerminal(app, { stdin: streams.stdin, tty: values.tty });
    let id: string;
    try {
      id = await createContainer(app, prepareContainer(app, { values, given, image, command, streams }));
    } catch (error) {
      return refuseLine(app, error, path);
    }
    const session = { ...streams, tty: values.tty, detachKeys: values['detach-keys'] };
    const attaches = streams.stdin || streams.stdout || streams.stderr;
    if (!attaches) return startInBackground(app, { id, path, autoRemove: values.rm });
    return startInForeground(app, { id, path, autoRemove: values.rm, sigProxy: values['sig-proxy'], session });
  },
});

interface Start {
  id: string;
  path: string;
  autoRemove: boolean;
}

async function startInBackground(app: App, { id, path }: Start): Promise<number> {
  say(app, id);
  try {
    await app.client().send({ method: 'POST', path: `/containers/${id}/start` });
    return 0;
  } catch (error) {
    return runFailure(app, error, path);
  }
}

/**
 * Attaches and watches before it starts, so that neither output nor exit are missed; the exit code is the container's.
 */
async function startInForeground(
  app: App,
  { id, path, autoRemove, sigProxy, session }: Start & { sigProxy: boolean; session: SessionOptions },
): Promise<number> {
  const client = app.client();
  const { stdin, stdout, stderr, detachKeys } = session;
  const query = { stream: true, stdin, stdout, stderr, detachKeys: detachKeys || app.config().detachKeys || '' };
  const stopProxy = sigProxy ? proxySignals(client, id) : () => undefined;
  try {
    const [connection, wait] = await Promise.all([
      client.hijack({ method: 'POST', path: `/containers/${id}/attach`, query }),
      watchExit(client, id, autoRemove ? 'removed' : 'next-exit'),
    ]);
    const ended = runSession(app, connection, session);
    // Awaited below; until then a failure of it must not look unheard.
    ended.catch(() => undefined);
    try {
      await client.send({ method: 'POST', path: `/containers/${id}/start` });
    } catch (error) {
      connection.socket.destroy();
      await ended.catch(() => undefined);
      const code = runFailure(app, error, path);
      // The engine removes what never ran; leaving only then, the name is free again.
      if (autoRemove) await wait.exitCode.catch(() => undefined);
      return code;
    }
    const stopResizing = session.tty ? followSize(app, client, `/containers/${id}`) : () => undefined;
    const end = await ended;
    stopResizing();
    return end === 'detached' ? 0 : await wait.exitCode;
  } catch (error) {
    return runFailure(app, error, path);
  } finally {
    stopProxy();
  }
}
