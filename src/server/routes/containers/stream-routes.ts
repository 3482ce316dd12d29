import { invalidArgument } from '../../../errors/index.ts';
import { atLeast, parseOptionalTime } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import { parseDetachKeys } from '../../detach-keys.ts';
import { hijack, MULTIPLEXED_STREAM, RAW_STREAM } from '../../hijack.ts';
import { sendBytes, sendStream } from '../../streams.ts';
import type { AttachQuery, ContainersBackend } from './backend.ts';
import { formatLog } from './log-lines.ts';

/** What answers with a stream: attach, logs, stats, export. */
export function streamRoutes(containers: ContainersBackend): Route[] {
  return [
    { method: 'POST', path: '/containers/:name/attach', handle: (call) => attach(containers, call) },
    { method: 'GET', path: '/containers/:name/attach/ws', handle: (call) => attachWebSocket(containers, call) },
    { method: 'GET', path: '/containers/:name/logs', handle: (call) => logs(containers, call) },
    { method: 'GET', path: '/containers/:name/stats', handle: (call) => stats(containers, call) },
    {
      method: 'GET',
      path: '/containers/:name/export',
      handle: async (call) => {
        await sendBytes(call, { type: 'application/octet-stream', source: await containers.export(call.name) });
      },
    },
  ];
}

const attachQuery = (call: Call): AttachQuery => ({
  stdin: call.flag('stdin'),
  stdout: call.flag('stdout'),
  stderr: call.flag('stderr'),
  stream: call.flag('stream'),
  logs: call.flag('logs'),
});

async function attach(containers: ContainersBackend, call: Call): Promise<void> {
  const detachKeys = parseDetachKeys(call.text('detachKeys'));
  const stream = await containers.attach(call.name, attachQuery(call));
  await hijack(call, { stream, detachKeys });
}

async function attachWebSocket(containers: ContainersBackend, call: Call): Promise<void> {
  const detachKeys = parseDetachKeys(call.text('detachKeys'));
  const { acceptWebSocket, requireWebSocket } = await import('../../web-socket.ts');
  requireWebSocket(call);
  const stream = await containers.attach(call.name, attachQuery(call));
  await acceptWebSocket(call, { stream, detachKeys });
}

async function logs(containers: ContainersBackend, call: Call): Promise<void> {
  const stdout = call.flag('stdout');
  const stderr = call.flag('stderr');
  if (!stdout && !stderr) throw invalidArgument('Bad parameters: you must choose at least one stream');
  const { tty, entries } = await containers.logs(call.name, {
    stdout,
    stderr,
    follow: call.flag('follow'),
    since: parseOptionalTime(call.text('since')),
    until: parseOptionalTime(call.text('until')),
    tail: tailOf(call.text('tail')),
    signal: call.signal,
  });
  await sendStream(call, {
    type: !tty && atLeast(call.version, '1.42') ? MULTIPLEXED_STREAM : RAW_STREAM,
    eager: true,
    chunks: formatLog(entries, { framed: !tty, timestamps: call.flag('timestamps') }),
  });
}

/** Docker takes anything that is no number of lines, such as "all" and -1, for the whole log. */
const tailOf = (raw: string): number | undefined => (/^\d{1,15}$/.test(raw) ? Number(raw) : undefined);

async function stats(containers: ContainersBackend, call: Call): Promise<void> {
  const samples = await containers.stats(call.name, {
    stream: call.flag('stream', true),
    oneShot: call.flag('one-shot'),
    signal: call.signal,
  });
  await sendStream(call, { type: 'application/json', chunks: jsonLines(samples) });
}

async function* jsonLines(values: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}
