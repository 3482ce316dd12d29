import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { invalidArgument, messageOf } from '../errors/index.ts';
import type { MetricsAddress, TcpAddress } from '../server/index.ts';
import { parseTrashSize, type TrashSettings } from '../volumes/index.ts';
import { parseAge } from '../wire/index.ts';
import { type BackupSettings, backupSettings, backupSettingsSchema } from './backup-settings.ts';
import { metricsAddress, readHosts } from './hosts.ts';

/** How a daemon runs. Flags win over the environment, which wins over the configuration file, which wins over defaults. */
export interface Settings {
  /** Everything that is to last: volumes, images, containers. */
  dataRoot: string;
  /** What lasts only until the machine restarts: sockets, bundles, runtime state. */
  execRoot: string;
  /** Paths of the unix sockets to serve. */
  sockets: string[];
  /** Where to serve over the network. */
  ports: TcpAddress[];
  /** Where metrics are served besides the socket; undefined for nowhere. */
  metricsAddress: MetricsAddress | undefined;
  pidfile: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** Where volume plugins are looked for: sockets, `.spec` and `.json` files. */
  pluginDirs: string[];
  /** `key=value`, shown by /info. */
  labels: string[];
  /** The group that may use the sockets; "" takes `docker` where there is one, else root. */
  group: string;
  /** Docker's `LogConfig` for containers that say nothing of it. */
  logConfig: { Type: string; Config: Record<string, string> };
  /** What becomes of removed volumes. */
  trash: TrashSettings;
  backups: BackupSettings;
}

/** Docker's, so that a plugin made for Docker is found. */
const defaultPluginDirs = ['/run/docker/plugins', '/etc/docker/plugins', '/usr/lib/docker/plugins'];

const defaultConfigFile = '/etc/holdfast/daemon.json';

const flags = {
  'data-root': { type: 'string' },
  'exec-root': { type: 'string' },
  host: { type: 'string', short: 'H', multiple: true },
  pidfile: { type: 'string', short: 'p' },
  'log-level': { type: 'string', short: 'l' },
  label: { type: 'string', multiple: true },
  'plugin-dir': { type: 'string', multiple: true },
  group: { type: 'string', short: 'G' },
  debug: { type: 'boolean', short: 'D' },
  tls: { type: 'boolean' },
  tlsverify: { type: 'boolean' },
  tlscacert: { type: 'string' },
  tlscert: { type: 'string' },
  tlskey: { type: 'string' },
  'log-driver': { type: 'string' },
  'log-opt': { type: 'string', multiple: true },
  'trash-keep': { type: 'string' },
  'trash-size': { type: 'string' },
  'trash-auto-removed': { type: 'boolean' },
  'metrics-addr': { type: 'string' },
  'config-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const fileSchema = z.strictObject({
  'data-root': z.string().optional(),
  'exec-root': z.string().optional(),
  hosts: z.array(z.string()).optional(),
  pidfile: z.string().optional(),
  'metrics-addr': z.string().optional(),
  'log-level': z.string().optional(),
  labels: z.array(z.string()).optional(),
  'plugin-dirs': z.array(z.string()).optional(),
  group: z.string().optional(),
  debug: z.boolean().optional(),
  tls: z.boolean().optional(),
  tlsverify: z.boolean().optional(),
  tlscacert: z.string().optional(),
  tlscert: z.string().optional(),
  tlskey: z.string().optional(),
  'log-driver': z.string().optional(),
  'log-opts': z.record(z.string(), z.string()).optional(),
  'trash-keep': z.string().optional(),
  'trash-size': z.string().optional(),
  'trash-auto-removed': z.boolean().optional(),
  backups: backupSettingsSchema.optional(),
});
type FileSettings = z.output<typeof fileSchema>;

const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;

/**
 * Reads a daemon's settings from its arguments, its environment and its configuration file.
 * @returns undefined where the arguments ask for help.
 * @throws invalid-argument naming the setting and what is wrong with it.
 */
export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings | undefined {
  const asked = parseFlags(args);
  if (asked.help === true) return undefined;
  const file = readFile(asked['config-file'] ?? environment.HOLDFAST_CONFIG);
  const dataRoot = asked['data-root'] ?? environment.HOLDFAST_DATA_ROOT ?? file['data-root'] ?? '/var/lib/holdfast';
  const execRoot = asked['exec-root'] ?? environment.HOLDFAST_EXEC_ROOT ?? file['exec-root'] ?? '/run/holdfast';
  const hosts = asked.host ?? fromEnvironment(environment.HOLDFAST_HOST) ?? file.hosts ?? [];
  const debug = asked.debug ?? file.debug ?? false;
  const pluginDirs = asked['plugin-dir'] ?? file['plugin-dirs'] ?? defaultPluginDirs;
  const labels = asked.label ?? file.labels ?? [];
  return {
    dataRoot: absolute('data-root', dataRoot),
    execRoot: absolute('exec-root', execRoot),
    ...readHosts(hosts.length > 0 ? hosts : [join(execRoot, 'holdfast.sock')], { ...file, ...asked }),
    metricsAddress: optional(asked['metrics-addr'] ?? file['metrics-addr'], metricsAddress),
    pidfile: absolute('pidfile', asked.pidfile ?? file.pidfile ?? join(execRoot, 'holdfast.pid')),
    logLevel: debug
      ? 'debug'
      : level(asked['log-level'] ?? environment.HOLDFAST_LOG_LEVEL ?? file['log-level'] ?? 'info'),
    pluginDirs: pluginDirs.map((path) => absolute('plugin-dir', path)),
    labels: labels.map(label),
    group: asked.group ?? file.group ?? '',
    logConfig: {
      Type: asked['log-driver'] ?? file['log-driver'] ?? 'json-file',
      Config:
        asked['log-opt'] === undefined ? (file['log-opts'] ?? {}) : Object.fromEntries(asked['log-opt'].map(option)),
    },
    trash: trashSettings({ ...file, ...asked }),
    backups: backupSettings(file.backups, environment),
  };
}

function trashSettings(given: Pick<FileSettings, `trash-${'keep' | 'size' | 'auto-removed'}`>): TrashSettings {
  try {
    const keepMs = parseAge(given['trash-keep'] ?? '7d');
    if (keepMs < 0) throw invalidArgument('nothing can be kept for less than no time');
    return {
      keepMs,
      size: parseTrashSize(given['trash-size'] ?? '10%'),
      autoRemoved: given['trash-auto-removed'] ?? false,
    };
  } catch (error) {
    throw invalidArgument(`unable to configure the trash: ${messageOf(error)}`, error);
  }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw invalidArgument(`${messageOf(error)}. See 'holdfast daemon --help'.`, error);
  }
}

/** The default file may be absent; a file that was asked for may not. */
function readFile(path: string | undefined): FileSettings {
  const text = contentOf(path);
  if (text === undefined) return {};
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw invalidArgument(`unable to configure the daemon with file ${path ?? defaultConfigFile}: ${why}`, error);
  }
}

function contentOf(path: string | undefined): string | undefined {
  try {
    return readFileSync(path ?? defaultConfigFile, 'utf8');
  } catch (error) {
    if (path === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw invalidArgument(`cannot read the configuration file: ${messageOf(error)}`, error);
  }
}

const fromEnvironment = (host: string | undefined): string[] | undefined =>
  host === undefined || host === '' ? undefined : [host];

const optional = <T>(value: string | undefined, read: (value: string) => T): T | undefined =>
  value === undefined || value === '' ? undefined : read(value);

function absolute(setting: string, path: string): string {
  if (!isAbsolute(path)) throw invalidArgument(`${setting} must be an absolute path: ${path}`);
  return path;
}

function level(value: string): Settings['logLevel'] {
  const found = levels.find((each) => each === value);
  if (found === undefined)
    throw invalidArgument(`unable to parse logging level: ${value} (one of ${levels.join(', ')})`);
  return found;
}

function label(value: string): string {
  if (!/^[^=]+=/.test(value)) throw invalidArgument(`bad attribute format: ${value} (labels are key=value)`);
  return value;
}

function option(value: string): [string, string] {
  const at = value.indexOf('=');
  if (at < 1) throw invalidArgument(`invalid logging option: ${value} (options are key=value)`);
  return [value.slice(0, at), value.slice(at + 1)];
}
