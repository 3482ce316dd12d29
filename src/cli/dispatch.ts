import { HoldfastError, invalidArgument, messageOf } from '../errors/index.ts';
import { RELEASE } from '../wire/index.ts';
import type { App, GlobalOptions, TlsFlags } from './app.ts';
import type { Command } from './command.ts';
import { type Entry, findCommand, type Place, placeOf } from './command-entry.ts';
import { COMMANDS, GROUPS } from './command-table.ts';
import { type FlagSet, list, type ParsedLine, parseLine, text, toggle } from './flags/index.ts';
import { hintFor } from './foreign-commands.ts';
import { PROGRAM } from './names.ts';

/** Options before the command. */
export const GLOBAL_FLAGS = {
  config: text("Folder of the client's configuration (default ~/.docker)"),
  debug: toggle('Say more about what goes wrong', { short: 'D' }),
  host: list('Socket of the daemon, such as unix:///run/holdfast/holdfast.sock', { short: 'H' }),
  'log-level': text('How much to log: debug, info, warn, error or fatal', { short: 'l', initial: 'info' }),
  version: toggle('Print version information and quit', { short: 'v' }),
  context: text('Contexts are docker’s; use -H', { short: 'c', hidden: true }),
  tls: toggle('Use TLS; implied by --tlsverify'),
  tlsverify: toggle('Use TLS and verify the remote'),
  tlscacert: text('Certificates of the authority to trust (default ca.pem of DOCKER_CERT_PATH or ~/.docker)'),
  tlscert: text('Your own certificate (default cert.pem there)'),
  tlskey: text('The key of your certificate (default key.pem there)'),
};

/** Exit codes: a wrong command line that flags are to blame for, and any other failure. */
const BAD_FLAGS = 125;
const FAILED = 1;

/** Runs a command line. @returns the exit code; undefined where a daemon took over the process. */
export async function dispatch(words: string[], makeApp: (global: GlobalOptions) => App): Promise<number | undefined> {
  const initial = { host: undefined, config: undefined, debug: false, logLevel: 'info', tls: {} };
  const parsed = readGlobal(words, makeApp(initial));
  if (typeof parsed === 'number') return parsed;
  const app = makeApp(parsed.global);
  try {
    return await route(app, parsed);
  } catch (error) {
    app.stderr.write(`${describe(error, parsed.global.debug)}\n`);
    return FAILED;
  }
}

interface GlobalLine {
  global: GlobalOptions;
  line: ParsedLine<typeof GLOBAL_FLAGS>;
}

function readGlobal(words: string[], app: App): GlobalLine | number {
  try {
    const line = parseLine(GLOBAL_FLAGS, words, { stopAtFirstArgument: true });
    const { values, given } = line;
    refuseForeign(given);
    if (values.host.length > 1) throw invalidArgument('specify only one -H');
    const config = given.has('config') ? values.config : undefined;
    const { debug, 'log-level': logLevel } = values;
    return { line, global: { host: values.host[0], config, debug, logLevel, tls: tlsFlags(line) } };
  } catch (error) {
    app.stderr.write(
      `${messageOf(error)}\n\nUsage:  ${PROGRAM} [OPTIONS] COMMAND [ARG...]\n\nRun '${PROGRAM} --help' for more information\n`,
    );
    return BAD_FLAGS;
  }
}

function refuseForeign(given: ReadonlySet<string>): void {
  if (given.has('context')) throw invalidArgument('holdfast has no contexts: name the socket with -H or HOLDFAST_HOST');
}

function tlsFlags({ values, given }: ParsedLine<typeof GLOBAL_FLAGS>): TlsFlags {
  const flags: TlsFlags = {};
  for (const name of ['tls', 'tlsverify'] as const) if (given.has(name)) flags[name] = values[name];
  for (const name of ['tlscacert', 'tlscert', 'tlskey'] as const) if (given.has(name)) flags[name] = values[name];
  return flags;
}

async function route(app: App, { line }: GlobalLine): Promise<number | undefined> {
  const [name, ...rest] = line.args;
  for (const notice of line.notices) app.stderr.write(`${notice}\n`);
  if (line.values.version) {
    app.stdout.write(`Holdfast version ${RELEASE}\n`);
    return 0;
  }
  if (name === undefined || line.help) return (await help()).showProgram(app);
  if (name === 'help') return (await help()).showTopic(app, rest);
  if (name === 'daemon') return (await import('./daemon.ts')).runDaemon(app, rest);
  if (name === 'compose') return (await import('./compose.ts')).runCompose(app, rest);
  const place = placeOf(GROUPS, line.args);
  if (place !== undefined) return group(app, place);
  const entry = entryOf(COMMANDS, name);
  if (entry !== undefined) return call(app, { entry, path: `${PROGRAM} ${name}`, words: rest });
  const hint = hintFor(name);
  const advice = hint === undefined ? '' : `\n${hint}\n`;
  app.stderr.write(
    `${PROGRAM}: unknown command: ${PROGRAM} ${name}\n${advice}\nRun '${PROGRAM} --help' for more information\n`,
  );
  return FAILED;
}

async function group(app: App, place: Place): Promise<number | undefined> {
  const [name, ...rest] = place.rest;
  const path = [PROGRAM, ...place.nouns].join(' ');
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    return (await help()).showTopic(app, [...place.nouns, ...(name === 'help' ? rest : [])]);
  }
  const found = findCommand(place.group, name);
  if (found !== undefined) return call(app, { entry: found.entry, path: `${path} ${found.name}`, words: rest });
  const complaint = name.startsWith('-') ? `unknown flag: ${name}` : `${PROGRAM}: unknown command: ${path} ${name}`;
  app.stderr.write(`${complaint}\n\nUsage:  ${path} COMMAND\n\nRun '${path} --help' for more information\n`);
  return name.startsWith('-') ? BAD_FLAGS : FAILED;
}

function entryOf(table: Record<string, Entry>, name: string): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

interface Call {
  entry: Entry;
  path: string;
  words: string[];
}

async function call(app: App, { entry, path, words }: Call): Promise<number | undefined> {
  const command = await entry.load();
  const parsed = readLine(app, { command, path, words });
  if (typeof parsed === 'number') return parsed;
  for (const notice of parsed.notices) app.stderr.write(`${notice}\n`);
  if (parsed.help) return (await help()).showCommand(app, { entry, command, path });
  const complaint = countComplaint(command, parsed.args.length);
  if (complaint !== undefined) {
    const pointer = `${complaint.includes('at least') ? 'See' : 'Run'} '${path} --help' for more information`;
    app.stderr.write(`${PROGRAM}: '${path}' ${complaint}\n\n${usageOf(command, path)}\n\n${pointer}\n`);
    return FAILED;
  }
  return (await command.call(app, path, parsed)) ?? 0;
}

function readLine(
  app: App,
  { command, path, words }: { command: Command; path: string; words: string[] },
): ParsedLine<FlagSet> | number {
  try {
    return command.parse(words);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    app.stderr.write(`${error.message}\n\n${usageOf(command, path)}\n\nRun '${path} --help' for more information\n`);
    return BAD_FLAGS;
  }
}

/** "Usage:" and the forms of a command. */
export function usageOf(command: Command, path: string): string {
  const forms = typeof command.usage === 'string' ? [command.usage] : command.usage;
  return `Usage:  ${forms.map((form) => `${path} ${form}`.trim()).join('\n\t')}`;
}

function countComplaint({ args }: Command, count: number): string | undefined {
  const max = args.max ?? Number.POSITIVE_INFINITY;
  if (count >= args.min && count <= max) return undefined;
  const words = (number: number) => `${number} argument${number === 1 ? '' : 's'}`;
  if (max === 0) return 'accepts no arguments';
  if (args.min === max) return `requires ${words(max)}`;
  return count < args.min ? `requires at least ${words(args.min)}` : `requires at most ${words(max)}`;
}

function describe(error: unknown, debug: boolean): string {
  if (error instanceof HoldfastError && !debug) return error.message;
  return debug && error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

/** Help is loaded only when it is asked for. */
function help(): Promise<typeof import('./help.ts')> {
  return import('./help.ts');
}
