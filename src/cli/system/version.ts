import { messageOf } from '../../errors/index.ts';
import { RELEASE, type SystemVersion } from '../../wire/index.ts';
import { type App, say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { text } from '../flags/index.ts';
import { FORMAT_HELP } from '../format/format-help.ts';
import { compileTemplate } from '../template/index.ts';

interface Client {
  Version: string;
  ApiVersion: string;
  NodeVersion: string;
  Os: string;
  Arch: string;
}

export const version = defineCommand({
  usage: '[OPTIONS]',
  flags: { format: text(FORMAT_HELP, { short: 'f' }) },
  args: { min: 0, max: 0 },
  async run({ app, values }) {
    const server = await serverVersion(app);
    const Client: Client = {
      Version: RELEASE,
      ApiVersion: app.client().version,
      NodeVersion: process.version,
      Os: 'linux',
      Arch: process.arch === 'x64' ? 'amd64' : process.arch,
    };
    if (values.format !== '') {
      const source = values.format === 'json' ? '{{json .}}' : values.format;
      const Server = server.version === undefined ? null : withFieldName(server.version);
      say(app, compileTemplate(source).execute({ Client: withFieldName(Client), Server }));
    } else
      say(app, [clientText(Client), ...(server.version === undefined ? [] : [serverText(server.version)])].join('\n'));
    if (server.failure === undefined) return 0;
    warn(app, server.failure);
    return 1;
  },
});

/**
 * Templates written for docker say `.Client.APIVersion`, the name of its field, where the JSON says ApiVersion: both
 * are found, and `{{json .}}` shows the latter alone.
 */
function withFieldName<T extends { ApiVersion: string }>(part: T): T {
  return Object.defineProperty({ ...part }, 'APIVersion', { value: part.ApiVersion, enumerable: false });
}

/** The client's part is shown where no daemon answers, too. */
async function serverVersion(app: App): Promise<{ version?: SystemVersion; failure?: string }> {
  try {
    return { version: await app.client().json<SystemVersion>({ method: 'GET', path: '/version' }) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

const row = (name: string, value: string): string => ` ${`${name}:`.padEnd(19)}${value}`;

const clientText = (client: Client): string =>
  [
    'Client: Holdfast',
    row('Version', client.Version),
    row('API version', client.ApiVersion),
    row('Node version', client.NodeVersion),
    row('OS/Arch', `${client.Os}/${client.Arch}`),
    '',
  ].join('\n');

function serverText(server: SystemVersion): string {
  const others = server.Components.filter(({ Name }) => Name !== 'Engine');
  return [
    `Server: ${server.Platform.Name}`,
    ' Engine:',
    row(' Version', server.Version),
    row(' API version', `${server.ApiVersion} (minimum version ${server.MinAPIVersion})`),
    row(' OS/Arch', `${server.Os}/${server.Arch}`),
    row(' Kernel', server.KernelVersion),
    ...others.flatMap(({ Name, Version }) => [` ${Name}:`, row(' Version', Version)]),
  ].join('\n');
}
