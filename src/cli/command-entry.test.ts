import { expect, it } from 'vitest';
import { commandsUnder, type Entry, findCommand, type Group, placeOf } from './command-entry.ts';
import { volume } from './volume/commands.ts';

const entry: Entry = { about: 'List snapshots', aliases: ['list'], load: () => Promise.reject(new Error('not here')) };
const snapshot: Group = { about: 'Manage snapshots', commands: { ls: entry } };
const groups = { volume: { ...volume, groups: { snapshot } } };

it('goes down from noun to noun', () => {
  expect(placeOf(groups, ['volume', 'snapshot', 'ls', '-q'])).toEqual({
    nouns: ['volume', 'snapshot'],
    group: snapshot,
    rest: ['ls', '-q'],
  });
  expect(placeOf(groups, ['volume', 'ls', 'snapshot'])).toMatchObject({ nouns: ['volume'], rest: ['ls', 'snapshot'] });
  expect(placeOf(groups, ['snapshot', 'ls'])).toBeUndefined();
  expect(placeOf(groups, ['constructor'])).toBeUndefined();
  expect(placeOf(groups, [])).toBeUndefined();
});

it('finds a command by its name and its aliases', () => {
  expect(findCommand(snapshot, 'list')).toEqual({ name: 'ls', entry });
  expect(findCommand(snapshot, 'toString')).toBeUndefined();
  const calls = commandsUnder(groups).filter((each) => each.entry === entry);
  expect(calls.map(({ words }) => words)).toEqual(['volume snapshot ls', 'volume snapshot list']);
});
