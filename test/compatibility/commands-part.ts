import type { Entry } from '../../src/cli/command-entry.ts';
import { COMMANDS, GROUPS } from '../../src/cli/command-table.ts';
import { sourceFiles } from '../architecture/source-file.ts';
import { type ClientCalls, stockCalls } from './client-calls.ts';
import { readList } from './read-list.ts';

/** One command of the stock client: all that it is called, and its flags without their dashes. */
interface DockerCommand {
  names: string[];
  flags: string[];
}

/** Short names that are not the last word of the long ones. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  ps: ['container ls'],
  images: ['image ls'],
  rmi: ['image rm'],
  rm: ['container rm'],
};
const nounsWithShortNames = ['builder', 'container', 'image', 'system'];

/** Every command of the stock client and its flags: whether `holdfast` has it, and whether a test runs it. */
export async function commandsPart(): Promise<string> {
  const calls = ['test/integration', 'test/semantics', 'test/conformance'].flatMap(sourceFiles).map(stockCalls);
  const here: string[] = [];
  const missing: string[] = [];
  for (const command of dockerCommands()) {
    const own = command.names.map(entryOf).find((entry) => entry !== undefined);
    if (own === undefined) missing.push(...command.names);
    else here.push(await row(command, own, calls));
  }
  return [
    '| command | run by a test | flags that `holdfast` lacks | flags that no test gives |',
    '| --- | --- | --- | --- |',
    ...here,
    '',
    `Not in \`holdfast\`: ${missing.map((name) => `\`${name}\``).join(', ')}.`,
  ].join('\n');
}

async function row({ names, flags }: DockerCommand, entry: Entry, calls: readonly ClientCalls[]): Promise<string> {
  const command = await entry.load();
  const runs = calls.filter(({ commands }) => commands.some((line) => names.some((name) => startsWith(line, name))));
  const spelt = (flag: string) => [
    `--${flag}`,
    ...(command.flags[flag]?.short ? [`-${command.flags[flag].short}`] : []),
  ];
  const ungiven = flags.filter((flag) => !runs.some((call) => spelt(flag).some((word) => call.flags.has(word))));
  const lacking = flags.filter((flag) => !Object.hasOwn(command.flags, flag));
  const cells = [
    names.map((name) => `\`${name}\``).join(', '),
    runs.length > 0 ? 'yes' : 'no',
    list(lacking),
    list(ungiven),
  ];
  return `| ${cells.join(' | ')} |`;
}

const startsWith = (line: string, name: string): boolean => line === name || line.startsWith(`${name} `);
const list = (flags: readonly string[]): string => flags.map((flag) => `\`--${flag}\``).join(' ');

/** The commands of the list beside this file, one that has several names once. */
function dockerCommands(): DockerCommand[] {
  const commands = readList('docker-commands.txt').map((line): DockerCommand => {
    const [name = '', words = ''] = line.split(/: ?/);
    return { names: [name], flags: words.split(' ').filter((flag) => flag !== '') };
  });
  const byName = new Map(commands.map((command) => [command.names[0], command]));
  for (const short of commands) {
    const [name = ''] = short.names;
    for (const long of longNames(name)) {
      const twin = byName.get(long);
      if (twin === undefined) continue;
      short.names.push(long);
      byName.delete(long);
    }
  }
  return [...byName.values()];
}

/** What `name` is short for; nothing for a command with a noun, and for `inspect`, which asks of everything. */
function longNames(name: string): readonly string[] {
  if (name.includes(' ') || name === 'inspect') return [];
  return shortNames[name] ?? nounsWithShortNames.map((noun) => `${noun} ${name}`);
}

function entryOf(name: string): Entry | undefined {
  const [noun = '', verb] = name.split(' ');
  if (verb === undefined) return Object.hasOwn(COMMANDS, noun) ? COMMANDS[noun] : undefined;
  return Object.hasOwn(GROUPS, noun) ? GROUPS[noun]?.commands[verb] : undefined;
}
