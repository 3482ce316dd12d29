import type { App } from '../app.ts';
import type { Command } from '../command.ts';
import { type Entry, findCommand, placeOf } from '../command-entry.ts';
import { COMMANDS, GROUPS } from '../command-table.ts';
import { GLOBAL_FLAGS } from '../dispatch.ts';
import type { FlagSet } from '../flags/index.ts';
import { namesOf } from './object-names.ts';

/** Asks the shell for names of files. */
const FILES = ':files';

/** What the last of `words` may become; the words before it are taken as they are. */
export async function candidatesFor(app: App, words: readonly string[]): Promise<string[]> {
  const current = words.at(-1) ?? '';
  const candidates = await all(app, words.slice(0, -1), current);
  return candidates.filter((candidate) => candidate === FILES || candidate.startsWith(current));
}

async function all(app: App, before: readonly string[], current: string): Promise<string[]> {
  const words = withoutGlobalFlags(before);
  const [first = ''] = words;
  if (words.length === 0) return current.startsWith('-') ? flagNames(GLOBAL_FLAGS) : programWords();
  const place = placeOf(GROUPS, words);
  if (place !== undefined) {
    const [verb, ...rest] = place.rest;
    if (verb === undefined) return [...visible(place.group.commands), ...Object.keys(place.group.groups ?? {})];
    return ofCommand(app, findCommand(place.group, verb)?.entry, { words: rest, current });
  }
  const entry = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  return ofCommand(app, entry, { words: words.slice(1), current });
}

/** Options before the command say nothing about what may follow it. */
function withoutGlobalFlags(words: readonly string[]): readonly string[] {
  const takesValue = new Set(['-H', '--host', '-l', '--log-level', '--config']);
  let at = 0;
  while (words[at]?.startsWith('-')) at += takesValue.has(words[at] ?? '') ? 2 : 1;
  return words.slice(at);
}

const programWords = (): string[] => [...visible(COMMANDS), ...Object.keys(GROUPS), 'compose', 'daemon', 'help'].sort();

const visible = (table: Record<string, Entry>): string[] =>
  Object.keys(table).filter((name) => table[name]?.hidden !== true);

const flagNames = (flags: FlagSet): string[] =>
  Object.entries(flags).flatMap(([name, { hidden }]) => (hidden === true ? [] : [`--${name}`]));

interface Typed {
  words: readonly string[];
  current: string;
}

async function ofCommand(app: App, entry: Entry | undefined, { words, current }: Typed): Promise<string[]> {
  if (entry === undefined) return [];
  const command = await entry.load();
  const flag = flagAwaitingValue(command, words.at(-1) ?? '');
  if (flag !== undefined) return valuesOf(app, flag);
  if (current.startsWith('-')) return [...flagNames(command.flags), '--help'];
  const nouns = command.completes ?? [];
  const position = argumentsIn(command, words);
  const noun = nouns[Math.min(position, nouns.length - 1)];
  if (noun === undefined) return [];
  if (noun === 'file') return [FILES];
  return namesOf(app, noun);
}

interface NamedFlag {
  name: string;
  choices: readonly string[];
}

/** The flag that the last word names, where it takes the next word as its value. */
function flagAwaitingValue({ flags }: Command, word: string): NamedFlag | undefined {
  if (!word.startsWith('-') || word.includes('=')) return undefined;
  const found = Object.entries(flags).find(([name, { short }]) => word === `--${name}` || word === `-${short}`);
  if (found === undefined || found[1].bare !== undefined) return undefined;
  return { name: found[0], choices: found[1].choices ?? [] };
}

/** How many words before the cursor are no flags and no values of flags. */
function argumentsIn(command: Command, words: readonly string[]): number {
  return words.filter(
    (word, at) => !word.startsWith('-') && flagAwaitingValue(command, words[at - 1] ?? '') === undefined,
  ).length;
}

/** Flags that name something of the engine's offer its names; others offer files, as most of them take one. */
function valuesOf(app: App, { name, choices }: NamedFlag): Promise<string[]> {
  if (choices.length > 0) return Promise.resolve([...choices]);
  if (name === 'volume') return namesOf(app, 'volume').then((names) => [...names.map((each) => `${each}:`), FILES]);
  if (name === 'volumes-from') return namesOf(app, 'container');
  if (name === 'repo') return namesOf(app, 'backup-repository');
  if (name === 'network') return namesOf(app, 'network');
  return Promise.resolve([FILES]);
}
