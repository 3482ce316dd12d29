import { HoldfastError, messageOf } from '../../errors/index.ts';
import { type App, say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { refuseNoTerminal } from '../streams/check-terminal.ts';
import { watchExit } from '../streams/exit-wait.ts';
import { runSession } from '../streams/session.ts';
import { proxySignals } from '../streams/signal-proxy.ts';
import { followSize } from '../streams/terminal-size.ts';
import type { AttachFacts } from './attach.ts';

export const start = defineCommand({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  flags: {
    attach: toggle('Attach STDOUT/STDERR and forward signals', { short: 'a' }),
    checkpoint: text('', { hidden: true }),
    'checkpoint-dir': text('', { hidden: true }),
    'detach-keys': text('Key sequence that leaves the container, such as "ctrl-p,ctrl-q"'),
    interactive: toggle("Attach container's STDIN", { short: 'i' }),
  },
  args: { min: 1 },
  completes: ['stopped-container'],
  async run({ app, values, args, given }) {
    if (given.has('checkpoint')) {
      warn(app, 'holdfast has no checkpoints');
      return 1;
    }
    if (!values.attach && !values.interactive) return startAll(app, args);
    if (args.length > 1) {
      warn(app, 'you cannot start and attach multiple containers at once');
      return 1;
    }
    return startAttached(app, args[0] ?? '', { stdin: values.interactive, detachKeys: values['detach-keys'] });
  },
});

async function startAll(app: App, names: readonly string[]): Promise<number> {
  const failed: string[] = [];
  for (const name of names) {
    try {
      await app.client().send({ method: 'POST', path: `${named('container', name)}/start` });
      say(app, name);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      warn(app, messageOf(error));
      failed.push(name);
    }
  }
  if (failed.length > 0) warn(app, `Error: failed to start containers: ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

async function startAttached(app: App, name: string, options: { stdin: boolean; detachKeys: string }): Promise<number> {
  const client = app.client();
  const facts = await client.json<AttachFacts>({ method: 'GET', path: `${named('container', name)}/json` });
  const path = `/containers/${facts.Id}`;
  const { Tty: tty, OpenStdin } = facts.Config;
  const stdin = options.stdin && OpenStdin;
  refuseNoTerminal(app, { stdin, tty });
  const query = { stream: true, stdin, stdout: true, stderr: true, detachKeys: options.detachKeys };
  const connection = await client.hijack({ method: 'POST', path: `${path}/attach`, query });
  const session = runSession(app, connection, {
    tty,
    stdin,
    stdout: true,
    stderr: true,
    detachKeys: options.detachKeys,
  });
  // Awaited below; until then a failure of it must not look unheard.
  session.catch(() => undefined);
  const wait = await watchExit(client, facts.Id, facts.HostConfig.AutoRemove ? 'removed' : 'next-exit');
  const stopProxy = tty ? () => undefined : proxySignals(client, facts.Id);
  try {
    await client.send({ method: 'POST', path: `${path}/start` });
    const stopResizing = tty ? followSize(app, client, path) : () => undefined;
    const end = await session;
    stopResizing();
    return end === 'detached' ? 0 : await wait.exitCode;
  } finally {
    stopProxy();
    connection.socket.destroy();
  }
}
