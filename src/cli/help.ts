import { type App, say, warn } from './app.ts';
import type { Command } from './command.ts';
import { type Entry, findCommand, type Place, placeOf } from './command-entry.ts';
import { COMMANDS, callsOf, GROUPS } from './command-table.ts';
import { GLOBAL_FLAGS, usageOf } from './dispatch.ts';
import { flagUsage, wrap } from './flags/index.ts';
import { PROGRAM } from './names.ts';

const FIRST_STEPS = `First steps:
  ${PROGRAM} pull alpine                             get an image (or: ${PROGRAM} load -i image.tar)
  ${PROGRAM} volume create mydata                    make a place for data that outlives containers
  ${PROGRAM} run --rm -v mydata:/data alpine sh -c 'echo kept > /data/file'
  ${PROGRAM} run --rm -v mydata:/data alpine cat /data/file`;

/** Sentences read well at this width, whatever the terminal has. */
const DETAILS_WIDTH = 120;

const COMMON = ['run', 'exec', 'ps', 'build', 'pull', 'push', 'images', 'login', 'logout', 'search', 'version', 'info'];

/** `holdfast --help`: what there is, by how often it is wanted. */
export function showProgram(app: App): number {
  const rest = Object.keys(COMMANDS).filter((name) => !COMMON.includes(name) && COMMANDS[name]?.hidden !== true);
  say(
    app,
    [
      `Usage:  ${PROGRAM} [OPTIONS] COMMAND`,
      'A container engine whose heart is the volume',
      FIRST_STEPS,
      `Common Commands:\n${table(COMMON.map((name) => [name, COMMANDS[name]?.about ?? '']))}`,
      `Management Commands:\n${table(Object.entries(GROUPS).map(([name, { about }]) => [name, about]))}`,
      `Commands:\n${table([...rest.map((name): Row => [name, COMMANDS[name]?.about ?? '']), ...OTHERS].sort(byName))}`,
      `Global Options:\n${flagUsage(GLOBAL_FLAGS, width(app))}`,
      `Run '${PROGRAM} COMMAND --help' for more information on a command.`,
    ].join('\n\n'),
  );
  return 0;
}

type Row = [name: string, about: string];
/** What is not in the table, because its words are read by somebody else. */
const OTHERS: Row[] = [
  ['compose', 'Run Docker Compose with this engine'],
  ['daemon', 'Run the daemon in the foreground'],
];
const byName = ([left]: Row, [right]: Row) => (left < right ? -1 : 1);

/** `holdfast help run`, `holdfast volume --help`: a command, or what a noun has. */
export async function showTopic(app: App, words: readonly string[]): Promise<number> {
  const [first = ''] = words;
  if (first === '') return showProgram(app);
  const place = placeOf(GROUPS, words);
  const verb = place?.rest[0];
  const found = place === undefined || verb === undefined ? undefined : findCommand(place.group, verb);
  if (place !== undefined && found !== undefined) {
    return explain(app, found.entry, [PROGRAM, ...place.nouns, found.name].join(' '));
  }
  if (place !== undefined && verb === undefined) return showGroup(app, place);
  const entry = place === undefined && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (entry !== undefined) return explain(app, entry, `${PROGRAM} ${first}`);
  warn(app, `unknown help topic: ${words.join(' ')}`);
  return 1;
}

async function explain(app: App, entry: Entry, path: string): Promise<number> {
  return showCommand(app, { entry, command: await entry.load(), path });
}

function showGroup(app: App, { nouns, group }: Place): number {
  const path = [PROGRAM, ...nouns].join(' ');
  const rows = (table: Record<string, { about: string; hidden?: boolean }>) =>
    Object.entries(table).flatMap(([name, { about, hidden }]): Row[] => (hidden === true ? [] : [[name, about]]));
  const deeper = rows(group.groups ?? {});
  say(
    app,
    [
      `Usage:  ${path} COMMAND`,
      group.about,
      ...(deeper.length === 0 ? [] : [`Management Commands:\n${table(deeper)}`]),
      `Commands:\n${table(rows(group.commands))}`,
      `Run '${path} COMMAND --help' for more information on a command.`,
    ].join('\n\n'),
  );
  return 0;
}

/** `--help` of a command: its forms, what it does, its flags, and how it is used. */
export function showCommand(
  app: App,
  { entry, command, path }: { entry: Entry; command: Command; path: string },
): number {
  const calls = callsOf(entry.load).map((call) => `${PROGRAM} ${call}`);
  const flags = flagUsage(command.flags, width(app));
  const examples = (command.examples ?? []).map(({ what, command: line }) => `  # ${what}\n  ${line}`);
  const parts = [usageOf(command, path), entry.about];
  if (command.details !== undefined) parts.push(wrap(command.details, { indent: 0, width: DETAILS_WIDTH }));
  if (calls.length > 1) parts.push(`Aliases:\n  ${calls.join(', ')}`);
  if (flags !== '') parts.push(`Options:\n${flags}`);
  if (examples.length > 0) parts.push(`Examples:\n${examples.join('\n\n')}`);
  say(app, parts.join('\n\n'));
  return 0;
}

function table(rows: Row[]): string {
  const column = Math.max(...rows.map(([name]) => name.length), 11) + 1;
  return rows.map(([name, about]) => `  ${name.padEnd(column)}${about}`).join('\n');
}

function width(app: App): number {
  return Math.max((app.stdout.columns ?? 80) - 1, 40);
}
