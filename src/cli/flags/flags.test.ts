import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, filters, integer, list, map, text, toggle } from './flag.ts';
import { parseLine } from './parse.ts';
import { flagUsage } from './usage.ts';
import { parseDecimal, parseDuration, parseInteger } from './values.ts';

const FLAGS = {
  rm: toggle('Remove'),
  interactive: toggle('Input', { short: 'i' }),
  tty: toggle('Terminal', { short: 't' }),
  detach: toggle('Background', { short: 'd' }),
  env: list('Environment', { short: 'e' }),
  volume: list('Mount', { short: 'v', unique: true }),
  name: text('Name'),
  memory: bytes('Limit', { short: 'm' }),
  timeout: integer('Seconds', { short: 'T' }),
  time: integer('Seconds', { hidden: true, replacedBy: 'timeout' }),
};
const run = (...words: string[]) => parseLine(FLAGS, words, { stopAtFirstArgument: true });
const anywhere = (...words: string[]) => parseLine(FLAGS, words);

describe('parseLine', () => {
  it('reads every spelling docker users type', () => {
    const { values } = run('--rm=false', '-itd', '-e', 'A=1', '-eB=2', '-e=C=3', '--env', 'D', '--env=E=', '--name=x');
    expect(values).toMatchObject({ rm: false, interactive: true, tty: true, detach: true, name: 'x' });
    expect(values.env).toEqual(['A=1', 'B=2', 'C=3', 'D', 'E=']);
  });

  it('lets the last letter of a cluster take a value', () => {
    expect(run('-ite', 'A=1', 'image').values.env).toEqual(['A=1']);
    expect(run('-iteA=1', 'image').values.env).toEqual(['A=1']);
    expect(run('-i=false', 'image').values.interactive).toBe(false);
  });

  it('leaves the command of a container alone', () => {
    expect(run('-i', 'image', 'ls', '-e', '--rm').args).toEqual(['image', 'ls', '-e', '--rm']);
    expect(run('--', '-x').args).toEqual(['-x']);
    expect(anywhere('a', '-i', 'b').args).toEqual(['a', 'b']);
    expect(anywhere('-', '-i').args).toEqual(['-']);
  });

  it('tells given flags from their initial values', () => {
    const { given, values } = run('--name=', '-v', '/a:/b', '-v=/a:/b');
    expect([...given]).toEqual(['name', 'volume']);
    expect(values.volume).toEqual(['/a:/b']);
  });

  it('says what docker says of a wrong line', () => {
    expect(() => run('--nope')).toThrow('unknown flag: --nope');
    expect(() => run('-ix')).toThrow("unknown shorthand flag: 'x' in -ix");
    expect(() => run('--name')).toThrow('flag needs an argument: --name');
    expect(() => run('-ie')).toThrow("flag needs an argument: 'e' in -ie");
    expect(() => run('--=x')).toThrow('bad flag syntax: --=x');
    expect(() => run('--rm=maybe')).toThrow(
      'invalid argument "maybe" for "--rm" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    );
    expect(() => run('-m', 'x')).toThrow('invalid argument "x" for "-m, --memory" flag: invalid size: \'x\'');
  });

  it('takes a replaced flag for its successor and says so', () => {
    const { values, notices, given } = run('--time', '3');
    expect(values.timeout).toBe(3);
    expect(given.has('timeout')).toBe(true);
    expect(notices).toEqual(['Flag --time has been deprecated, use --timeout instead']);
  });

  it('stops at --help, and at -h where it means nothing else', () => {
    expect(run('--help', '--nope').help).toBe(true);
    expect(run('-h').help).toBe(true);
  });

  it('gives back any words after -- and any list values, unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (values, words) => {
        const line = values.flatMap((value, at) => (at % 2 === 0 ? ['-e', value] : [`--env=${value}`]));
        const parsed = run(...line, '--', ...words);
        expect(parsed.values.env).toEqual(values);
        expect(parsed.args).toEqual(words);
      }),
    );
  });

  it('never throws anything but its own error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('-i', '-e', '--rm', '--', '-m=1', '--name'))),
        (words) => {
          try {
            run(...words);
          } catch (error) {
            expect(error).toMatchObject({ kind: 'invalid-argument' });
          }
        },
      ),
    );
  });
});

describe('values', () => {
  it('reads durations', () => {
    expect(parseDuration('1h2m3.5s')).toBe(3723.5e9);
    expect(parseDuration('300ms')).toBe(3e8);
    expect(parseDuration('0')).toBe(0);
    expect(() => parseDuration('1')).toThrow('time: missing unit in duration "1"');
    expect(() => parseDuration('5x')).toThrow('time: unknown unit "x" in duration "5x"');
  });

  it('reads CPUs exactly', () => {
    const cpus = { '1.5': 1.5e9, '0.3': 3e8, '1/2': 5e8, '1e2': 1e11, '-1': -1e9, '.000000001': 1 };
    for (const [raw, value] of Object.entries(cpus)) expect(parseDecimal(raw)).toBe(value);
    expect(() => parseDecimal('1.1234567891')).toThrow('value is too precise');
    expect(() => parseDecimal('1/3')).toThrow('value is too precise');
    expect(() => parseDecimal('abc')).toThrow('failed to parse abc as a rational number');
  });

  it('reads integers in Go spellings', () => {
    const bounds = { min: -100, max: 100 };
    for (const [raw, value] of Object.entries({
      '0x10': 16,
      '010': 8,
      '0o7': 7,
      '1_0': 10,
      '+5': 5,
      '-5': -5,
      '0': 0,
    })) {
      expect(parseInteger(raw, bounds)).toBe(value);
    }
    expect(() => parseInteger('101', bounds)).toThrow('value out of range');
    expect(() => parseInteger('-1', { min: 0, max: 9 })).toThrow('ParseUint');
  });

  it('keeps the last value of a map key and every value of a filter', () => {
    expect(parseLine({ o: map('x') }, ['--o', 'a=1', '--o', 'a=2=3']).values.o).toEqual(new Map([['a', '2=3']]));
    expect(parseLine({ f: filters() }, ['--f', 'Name=a', '--f', 'name=b']).values.f).toEqual(
      new Map([['name', ['a', 'b']]]),
    );
    expect(() => parseLine({ f: filters() }, ['--f', 'name'])).toThrow('bad format of filter (expected name=value)');
  });
});

describe('flagUsage', () => {
  it('aligns, wraps and hides', () => {
    const usage = flagUsage(
      {
        all: toggle('Show all containers, also those that are not running now'),
        last: integer('Newest', { initial: -1, short: 'n' }),
        x: toggle('', { hidden: true }),
      },
      40,
    );
    expect(usage).toBe(
      [
        '      --all        Show all containers,',
        '                   also those that are not',
        '                   running now',
        '  -n, --last int   Newest (default -1)',
      ].join('\n'),
    );
  });
});
