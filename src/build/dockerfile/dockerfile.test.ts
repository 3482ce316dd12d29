import { describe, expect, it } from 'vitest';
import { forBuilder, imagesNeeded, parseDockerfile } from './dockerfile.ts';
import { joinLines } from './lines.ts';

const parse = (text: string, options: { target?: string; buildArgs?: Record<string, string | null> } = {}) =>
  parseDockerfile(text, { name: 'Dockerfile', target: '', buildArgs: {}, ...options });

describe('joinLines', () => {
  it.each([
    ['RUN a \\\n  b', ['RUN a   b']],
    ['RUN a \\\n# comment\n\n  b\nRUN c', ['RUN a   b', 'RUN c']],
    ['  RUN a  \r\nRUN b \\  \r\n c', ['RUN a', 'RUN b  c']],
    ['# escape=`\nRUN a `\nb\nRUN c:\\\nRUN d', ['RUN a b', 'RUN c:\\', 'RUN d']],
    ['# a comment\n# escape=`\nRUN a \\\nb', ['RUN a b']],
    ['\ufeffRUN a \\', ['RUN a ']],
  ])('%j', (text, expected) => {
    expect(joinLines(text).map((line) => line.text)).toEqual(expected);
  });
});

describe('parseDockerfile', () => {
  it('finds the images that are needed: bases with their arguments, and what files are copied from', () => {
    const text = [
      'ARG TAG=1',
      'ARG NAME="some/base"',
      'FROM $NAME:$TAG AS One',
      'FROM scratch',
      'COPY --from=one /a /a',
      'COPY --from=0 /a /b',
      'COPY --from=tools:3 /a /c',
      'FROM one',
      'FROM other',
    ].join('\n');
    expect(imagesNeeded(parse(text))).toEqual(['some/base:1', 'tools:3', 'other']);
    expect(imagesNeeded(parse(text, { buildArgs: { NAME: 'given', TAG: null } }))[0]).toBe('given:1');
    expect(imagesNeeded(parse(text, { target: 'ONE' }))).toEqual(['some/base:1']);
  });

  it('gives the builder the stages that are wanted, with its own names of images', () => {
    const steps = [
      '# escape=`',
      'ARG B=base',
      'FROM --platform=linux/x $B AS base',
      'RUN 1 `',
      '  2',
      'FROM base',
      'COPY --from=Base /a /b',
    ];
    const text = [...steps, 'FROM tools AS last', 'COPY --chown=1 --from=tools /a /b'].join('\n');
    const named = (image: string) => `own/${image}`;
    const first = ['# escape=`', 'ARG B=base', 'FROM --platform=linux/x own/base AS base', 'RUN 1   2', ''];
    expect(forBuilder(parse(text, { target: 'BASE' }), named)).toBe(first.join('\n'));
    expect(forBuilder(parse(text, { target: '0' }), named)).toBe(first.join('\n'));
    const rest = [
      'FROM base',
      'COPY --from=base /a /b',
      'FROM own/tools AS last',
      'COPY --chown=1 --from=own/tools /a /b',
      '',
    ];
    expect(forBuilder(parse(text), named)).toBe([...first.slice(0, -1), ...rest].join('\n'));
    expect(() => parse(text, { target: 'three' })).toThrow('failed to reach build target three');
  });

  it.each([
    ['FROM', 'FROM requires either one or three arguments'],
    ['FROM a b c', 'FROM requires either one or three arguments'],
    ['FROM $NOTHING', 'should not be blank'],
    ['FROM a\nUSER', 'line 2: USER requires exactly one argument'],
    ['FROM a\n\nADD x', 'line 3: ADD requires at least two arguments'],
    ['FROM a\nCOPY --link x y', 'the --link option requires BuildKit'],
    ['FROM a\nVOLUME ["/x", " "]', 'VOLUME specified can not be an empty string'],
    ['ARG A\nENV B=1\nFROM a', 'line 2: no build stage in current context'],
    ['# nothing', 'the Dockerfile (Dockerfile) cannot be empty'],
  ])('refuses %j', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
