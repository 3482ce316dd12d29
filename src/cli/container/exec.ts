import { type App, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { list, text, toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { checkEnvironment, readEnvironment } from '../run/environment.ts';
import { refuseNoTerminal } from '../streams/check-terminal.ts';
import { runSession } from '../streams/session.ts';
import { consoleSize, followSize } from '../streams/terminal-size.ts';

export const exec = defineCommand({
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  flags: {
    detach: toggle('Detached mode: run command in the background', { short: 'd' }),
    'detach-keys': text('Key sequence that leaves the command, such as "ctrl-p,ctrl-q"'),
    env: list('Set environment variables', { short: 'e', check: checkEnvironment }),
    'env-file': list('Read in a file of environment variables'),
    interactive: toggle('Keep STDIN open even if not attached', { short: 'i' }),
    privileged: toggle('Give extended privileges to the command'),
    tty: toggle('Allocate a pseudo-TTY', { short: 't' }),
    user: text('Username or UID (format: "<name|uid>[:<group|gid>]")', { short: 'u' }),
    workdir: text('Working directory inside the container', { short: 'w' }),
  },
  args: { min: 2 },
  stopAtFirstArgument: true,
  completes: ['running-container'],
  examples: [
    { what: 'A shell in a running container', command: 'holdfast exec -it web sh' },
    { what: 'One command, as another user', command: 'holdfast exec -u postgres db psql -c "select 1"' },
  ],
  async run({ app, values, args: [name = '', ...command] }) {
    const client = app.client();
    const { tty, detach } = values;
    const stdin = values.interactive && !detach;
    refuseNoTerminal(app, { stdin, tty });
    const size = tty ? { ConsoleSize: consoleSize(app.stdout) } : {};
    const { Id } = await client.json<{ Id: string }>({
      method: 'POST',
      path: `${named('container', name)}/exec`,
      body: {
        User: values.user,
        Privileged: values.privileged,
        Tty: tty,
        ...size,
        AttachStdin: stdin,
        AttachStderr: !detach,
        AttachStdout: !detach,
        Detach: detach,
        DetachKeys: values['detach-keys'] || app.config().detachKeys || '',
        Env: readEnvironment(app, { files: values['env-file'], variables: values.env }),
        WorkingDir: values.workdir,
        Cmd: command,
      },
    });
    const body = { Detach: detach, Tty: tty, ...size };
    if (!detach) return runAttached(app, { id: Id, body, stdin, detachKeys: values['detach-keys'] });
    await client.send({ method: 'POST', path: `/exec/${Id}/start`, body });
    return 0;
  },
});

interface ExecSession {
  id: string;
  body: { Detach: boolean; Tty: boolean };
  stdin: boolean;
  detachKeys: string;
}

async function runAttached(app: App, { id, body, stdin, detachKeys }: ExecSession): Promise<number> {
  const client = app.client();
  const connection = await client.hijack({ method: 'POST', path: `/exec/${id}/start`, body });
  const stopResizing = body.Tty ? followSize(app, client, `/exec/${id}`) : () => undefined;
  try {
    const end = await runSession(app, connection, { tty: body.Tty, stdin, stdout: true, stderr: true, detachKeys });
    if (end === 'detached') {
      // Unlike a container's own, nobody gets this process back.
      warn(app, 'read escape sequence');
      return 1;
    }
  } finally {
    stopResizing();
  }
  const { ExitCode } = await client.json<{ ExitCode: number | null }>({ method: 'GET', path: `/exec/${id}/json` });
  return ExitCode ?? 0;
}
