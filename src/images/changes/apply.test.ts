import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../../errors/index.ts';
import { containerConfigSchema } from '../../wire/index.ts';
import { applyChanges } from './apply.ts';

const base = containerConfigSchema.parse({
  Env: ['PATH=/bin', 'A=1'],
  Cmd: ['old'],
  WorkingDir: '/w',
  Labels: { l: '1' },
});

/** `${…}`, as a Dockerfile has it. */
const braced = (inside: string) => `\${${inside}}`;

describe('changes by Dockerfile instructions', () => {
  it('set what they say', () => {
    const config = applyChanges(base, [
      'ENV B="x y" C=a\\ b PATH=$PATH:/opt',
      'env D some words here',
      'LABEL l=2 "m n"=o',
      'EXPOSE 80 90/udp 8000-8001',
      'VOLUME /data /log',
      'VOLUME ["/a b"]',
      'USER me:us',
      `WORKDIR sub/${braced('A')}`,
      'STOPSIGNAL SIGUSR1',
      'HEALTHCHECK --interval=1m30s --retries=3 CMD curl -f x',
      'ONBUILD RUN x',
      '# a comment',
      '',
      'CMD ["sh", "-c", "echo $A"]',
    ]);
    expect(config.Env).toEqual(['PATH=/bin:/opt', 'A=1', 'B=x y', 'C=a b', 'D=some words here']);
    expect(config.Labels).toEqual({ l: '2', 'm n': 'o' });
    expect(Object.keys(config.ExposedPorts)).toEqual(['80/tcp', '90/udp', '8000/tcp', '8001/tcp']);
    expect(Object.keys(config.Volumes)).toEqual(['/data', '/log', '/a b']);
    expect([config.User, config.WorkingDir, config.StopSignal]).toEqual(['me:us', '/w/sub/1', 'SIGUSR1']);
    expect(config.Healthcheck).toMatchObject({
      Test: ['CMD-SHELL', 'curl -f x'],
      Interval: 90_000_000_000,
      Retries: 3,
    });
    expect(config.OnBuild).toEqual(['RUN x']);
    expect(config.Cmd).toEqual(['sh', '-c', 'echo $A']);
    expect(base.Env).toEqual(['PATH=/bin', 'A=1']);
  });

  it('use the shell for a command that is no list', () => {
    expect(applyChanges(base, ['CMD echo hi']).Cmd).toEqual(['/bin/sh', '-c', 'echo hi']);
    expect(applyChanges({ ...base, Shell: ['bash', '-lc'] }, ['CMD a']).Cmd).toEqual(['bash', '-lc', 'a']);
  });

  it('drop the command with a new entrypoint, unless it is given too', () => {
    expect(applyChanges(base, ['ENTRYPOINT ["a"]']).Cmd).toBeNull();
    expect(applyChanges(base, ['CMD ["b"]', 'ENTRYPOINT ["a"]']).Cmd).toEqual(['b']);
    expect(applyChanges(base, ['ENTRYPOINT []']).Entrypoint).toBeNull();
  });

  it.each([
    [String.raw`ENV X="a\"b"`, 'a"b'],
    [`ENV X='$A'`, '$A'],
    [String.raw`ENV X="$A-\$A"`, '1-$A'],
    [`ENV X=${braced('NO:-d$A')}`, 'd1'],
    [`ENV X=${braced('A:-d')}`, '1'],
    [`ENV X=${braced('A:+y')}`, 'y'],
    [`ENV X=${braced('NO:+y')}`, ''],
    ['ENV X=a$', 'a$'],
    ['ENV X=one \\\n', 'one'],
  ])('expand %s', (line, value) => {
    expect(applyChanges(base, [line]).Env.at(-1)).toBe(`X=${value}`);
  });

  it.each([
    ['RUN x', 'run is not a valid change command'],
    ['FROM x', 'from is not a valid change command'],
    ['ENV', 'ENV requires at least one argument'],
    ['ENV a', 'ENV must have two arguments'],
    ['ENV a=1 b', 'can\'t find = in "b"'],
    ['ENV a="x', 'unexpected end of statement'],
    ['ENV a=$'.concat('{x'), 'unsupported modifier'],
    ['EXPOSE x', 'invalid containerPort: x'],
    ['EXPOSE 70000', 'invalid containerPort: 70000'],
    ['USER a b', 'USER requires exactly one argument'],
    ['HEALTHCHECK x', 'Unknown type "X" in HEALTHCHECK (try CMD)'],
    ['HEALTHCHECK --interval=1us CMD x', 'interval "1us" cannot be less than 1ms'],
    ['ONBUILD FROM x', "FROM isn't allowed as an ONBUILD trigger"],
  ])('refuse %s', (line, message) => {
    expect(() => applyChanges(base, [line])).toThrow(message);
  });

  it('either apply or are refused in words, whatever they are', () => {
    const name = fc.constantFrom('ENV', 'LABEL', 'EXPOSE', 'CMD', 'VOLUME', 'HEALTHCHECK', 'USER', 'WORKDIR');
    fc.assert(
      fc.property(name, fc.stringMatching(/^[a-z="'\\${}:+ [\]-]{0,30}$/), (instruction, rest) => {
        try {
          applyChanges(base, [`${instruction} ${rest}`]);
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
        }
      }),
    );
  });
});
