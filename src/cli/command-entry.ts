import type { Command } from './command.ts';

/** A command in the table: loaded only when it is called or explained. */
export interface Entry {
  about: string;
  load(): Promise<Command>;
  aliases?: readonly string[];
  hidden?: boolean;
}

/** Commands under one noun, and nouns under it that have commands of their own: `volume snapshot ls`. */
export interface Group {
  about: string;
  commands: Record<string, Entry>;
  groups?: Record<string, Group>;
}

/** Where words on a command line lead to among nouns. */
export interface Place {
  /** The nouns that were named: `['volume', 'snapshot']`. */
  nouns: string[];
  group: Group;
  /** The words after them. */
  rest: string[];
}

/** Goes down from noun to noun as far as the words name one; undefined where not even the first does. */
export function placeOf(groups: Readonly<Record<string, Group>>, words: readonly string[]): Place | undefined {
  const [noun = '', ...rest] = words;
  const group = Object.hasOwn(groups, noun) ? groups[noun] : undefined;
  if (group === undefined) return undefined;
  const deeper = placeOf(group.groups ?? {}, rest);
  return deeper === undefined ? { nouns: [noun], group, rest } : { ...deeper, nouns: [noun, ...deeper.nouns] };
}

/** Finds a command of a group by its name or an alias. */
export function findCommand({ commands }: Group, word: string): { name: string; entry: Entry } | undefined {
  const direct = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (direct !== undefined) return { name: word, entry: direct };
  const aliased = Object.entries(commands).find(([, entry]) => entry.aliases?.includes(word));
  return aliased === undefined ? undefined : { name: aliased[0], entry: aliased[1] };
}

/** All commands of groups and of the groups under them, with the nouns that lead there. */
export function commandsUnder(groups: Readonly<Record<string, Group>>): Array<{ words: string; entry: Entry }> {
  return Object.entries(groups).flatMap(([noun, group]) =>
    [
      ...Object.entries(group.commands).flatMap(([name, entry]) =>
        [name, ...(entry.aliases ?? [])].map((words) => ({ words, entry })),
      ),
      ...commandsUnder(group.groups ?? {}),
    ].map(({ words, entry }) => ({ words: `${noun} ${words}`, entry })),
  );
}
