import { conflict } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { refuseNoTerminal } from '../streams/check-terminal.ts';
import { watchExit } from '../streams/exit-wait.ts';
import { runSession } from '../streams/session.ts';
import { proxySignals } from '../streams/signal-proxy.ts';
import { followSize } from '../streams/terminal-size.ts';

/** What attaching has to know of a container. */
export interface AttachFacts {
  Id: string;
  Config: { Tty: boolean; OpenStdin: boolean };
  State: { Running: boolean; Paused: boolean; Restarting: boolean };
  HostConfig: { AutoRemove: boolean };
}

export const attach = defineCommand({
  usage: '[OPTIONS] CONTAINER',
  details: 'The detach keys (ctrl-p ctrl-q) leave the container running.',
  flags: {
    'detach-keys': text('Key sequence that leaves the container, such as "ctrl-p,ctrl-q"'),
    'no-stdin': toggle('Do not attach STDIN'),
    'sig-proxy': toggle('Send signals this command gets to the process instead', { initial: true }),
  },
  args: { min: 1, max: 1 },
  completes: ['running-container'],
  async run({ app, values, args: [name = ''] }) {
    const client = app.client();
    const facts = await client.json<AttachFacts>({ method: 'GET', path: `${named('container', name)}/json` });
    refuseUnattachable(facts);
    const stdin = !values['no-stdin'] && facts.Config.OpenStdin;
    refuseNoTerminal(app, { stdin, tty: facts.Config.Tty });
    const wait = await watchExit(client, facts.Id, facts.HostConfig.AutoRemove ? 'removed' : 'not-running');
    const stopProxy = values['sig-proxy'] && !facts.Config.Tty ? proxySignals(client, facts.Id) : () => undefined;
    try {
      const end = await attachTo(app, facts, { stdin, detachKeys: values['detach-keys'] });
      return end === 'detached' ? 0 : await wait.exitCode;
    } finally {
      stopProxy();
    }
  },
});

async function attachTo(app: App, facts: AttachFacts, { stdin, detachKeys }: { stdin: boolean; detachKeys: string }) {
  const client = app.client();
  const connection = await client.hijack({
    method: 'POST',
    path: `/containers/${facts.Id}/attach`,
    query: { stream: true, stdin, stdout: true, stderr: true, detachKeys },
  });
  const tty = facts.Config.Tty;
  const stopResizing = tty ? followSize(app, client, `/containers/${facts.Id}`) : () => undefined;
  try {
    return await runSession(app, connection, { tty, stdin, stdout: true, stderr: true, detachKeys });
  } finally {
    stopResizing();
  }
}

function refuseUnattachable({ State }: AttachFacts): void {
  if (!State.Running) throw conflict('cannot attach to a stopped container, start it first');
  if (State.Paused) throw conflict('cannot attach to a paused container, unpause it first');
  if (State.Restarting) throw conflict('cannot attach to a restarting container, wait until it is running');
}
