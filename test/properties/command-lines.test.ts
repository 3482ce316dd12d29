import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandsUnder } from '../../src/cli/command-entry.ts';
import { COMMANDS, GROUPS } from '../../src/cli/command-table.ts';
import { hostileText, runs, tried } from './hostile.ts';
import { imageNames, modes, portWords, units } from './parser.ts';

const words = `type= src= dst= name= a=b true false on-failure:3 nofile=1 /dev/null:r ${modes} ${units} ${portWords} ${imageNames}`;
const value = hostileText(words.split(' '));
const entries = [
  ...commandsUnder(GROUPS).map(({ words, entry }) => [words, entry] as const),
  ...Object.entries(COMMANDS),
];
const commands = await Promise.all(
  [...new Map(entries.map(([name, entry]) => [entry.load, { name, load: entry.load }])).values()].map(
    async ({ name, load }) => ({ name, command: await load() }),
  ),
);

test('every flag of every command takes its value or refuses it', () => {
  const flag = fc
    .constantFrom(...commands)
    .chain(({ command }) =>
      fc.record({ command: fc.constant(command), name: fc.constantFrom('help', ...Object.keys(command.flags)) }),
    );
  fc.assert(
    fc.property(fc.array(fc.tuple(flag, value), { minLength: 1, maxLength: 4 }), (given) => {
      for (const [{ command, name }, text] of given) {
        tried(() => command.parse([`--${name}=${text}`]));
        tried(() => command.parse([`--${name}`, text]));
      }
    }),
    { numRuns: runs * 5 },
  );
});

test('any words are a command line or are refused', () => {
  const word = fc.oneof(
    value,
    fc.constantFrom('-', '--', '-it', '-v', '-e', '--rm', '--rm=false', '-p=80', '--name', '-vx'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...commands), fc.array(word, { maxLength: 6 }), ({ command }, line) => {
      const outcome = tried(() => command.parse(line));
      if ('value' in outcome) expect(outcome.value.args.length).toBeLessThanOrEqual(line.length);
    }),
    { numRuns: runs * 5 },
  );
});
