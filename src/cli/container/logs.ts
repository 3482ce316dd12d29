import { Demultiplexer } from '../../client/index.ts';
import { invalidArgument, messageOf } from '../../errors/index.ts';
import type { App } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text, toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { timestampQuery } from '../timestamp.ts';

export const logs = defineCommand({
  usage: '[OPTIONS] CONTAINER',
  flags: {
    details: toggle('Show extra details provided to logs'),
    follow: toggle('Follow log output', { short: 'f' }),
    since: text('Show logs since a time (2013-01-02T13:23:37Z) or for how long ("42m" for 42 minutes)'),
    tail: text('Number of lines to show from the end of the logs', { short: 'n', initial: 'all' }),
    timestamps: toggle('Show timestamps', { short: 't' }),
    until: text('Show logs before a time (2013-01-02T13:23:37Z) or an age ("42m" for 42 minutes ago)'),
  },
  args: { min: 1, max: 1 },
  completes: ['container'],
  async run({ app, values, args: [name = ''] }) {
    const client = app.client();
    const response = await client.request({
      method: 'GET',
      path: `${named('container', name)}/logs`,
      query: {
        stdout: true,
        stderr: true,
        follow: values.follow,
        tail: values.tail,
        since: timeOf('since', values.since),
        until: timeOf('until', values.until),
        timestamps: values.timestamps,
        details: values.details,
      },
    });
    const take = outputOf(app, await isMultiplexed(app, name, response.headers['content-type']));
    for await (const chunk of response) await take(chunk as Buffer);
    return 0;
  },
});

function timeOf(flag: string, raw: string): string {
  try {
    return timestampQuery(raw);
  } catch (error) {
    throw invalidArgument(`invalid value for "${flag}": ${messageOf(error)}`, error);
  }
}

/** The content type tells since API 1.42; before, the container's terminal does. */
async function isMultiplexed(app: App, name: string, contentType: string | undefined): Promise<boolean> {
  if (contentType?.includes('multiplexed') === true) return true;
  const facts = await app.client().json<{ Config: { Tty: boolean } }>({
    method: 'GET',
    path: `${named('container', name)}/json`,
  });
  return !facts.Config.Tty;
}

/** Takes log data to the user's streams, no faster than they take it. */
function outputOf(app: App, multiplexed: boolean): (chunk: Buffer) => Promise<void> | undefined {
  let waiting: Promise<void> | undefined;
  const write = (stream: App['stdout']) => (chunk: Buffer) => {
    if (!stream.write(chunk)) waiting ??= new Promise((resolve) => stream.once('drain', resolve));
  };
  const demultiplexer = new Demultiplexer({ stdout: write(app.stdout), stderr: write(app.stderr) });
  const plain = write(app.stdout);
  return (chunk) => {
    waiting = undefined;
    if (multiplexed) demultiplexer.write(chunk);
    else plain(chunk);
    return waiting;
  };
}
