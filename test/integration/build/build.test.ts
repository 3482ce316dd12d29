import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build, built, writeContext } from '../../support/build.ts';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('building images', ['alpine'], ({ cli, daemon }) => {
  let contexts = 0;
  const context = (files: Readonly<Record<string, string>>): string => {
    contexts += 1;
    const folder = join(daemon.folder, `context-${contexts}`);
    writeContext(folder, files);
    return folder;
  };
  const inspect = async (image: string) => JSON.parse(await cli.ok('image', 'inspect', image))[0];
  const lines = (text: string) =>
    text.replaceAll(/^ ---> [0-9a-f]+$/gm, ' ---> ID').replaceAll(/built .*/g, 'built ID');

  const full = [
    'ARG BASE=nothing',
    'FROM $BASE AS maker',
    'ARG GIVEN=default',
    'ARG FROM_THE_ENVIRONMENT',
    'ARG ABSENT=stays',
    'RUN echo "$GIVEN $FROM_THE_ENVIRONMENT $ABSENT" > /made',
    'FROM alpine',
    'LABEL in=file',
    'COPY --from=maker /made /copied',
    'COPY --chown=12:34 sub/ /sub/',
    'ENV A=one B="two words"',
    'EXPOSE 80 53/udp',
    'USER 5',
    'WORKDIR /work',
    'STOPSIGNAL SIGUSR1',
    'SHELL ["/bin/ash", "-c"]',
    'HEALTHCHECK --interval=5s CMD true',
    'VOLUME /app/data',
    'ENTRYPOINT ["echo"]',
    'CMD ["hello"]',
  ].join('\n');

  it('takes stages, arguments, labels and names, and runs what comes out', async () => {
    const folder = context({
      'other/File': full,
      'sub/file': 'content',
      'sub/left-out': '',
      '.dockerignore': 'sub/left*',
    });
    const args = [
      '--build-arg',
      'BASE=alpine',
      '--build-arg',
      'GIVEN=given',
      '--build-arg',
      'FROM_THE_ENVIRONMENT',
      '--build-arg',
      'ABSENT',
    ];
    const out = await built(
      cli,
      '-f',
      join(folder, 'other/File'),
      ...args,
      '--label',
      'on=line',
      '-t',
      'full:1',
      '-t',
      'full:2',
      folder,
    );
    expect(out).toContain('Step 1/21 : ARG BASE=nothing\nStep 2/21 : FROM $BASE AS maker\n ---> ');
    expect(lines(out)).toContain('Step 21/21 : LABEL "on"="line"\n ---> ID\nSuccessfully built ID\n');
    expect(out).toMatch(/Successfully tagged full:1\nSuccessfully tagged full:2\n$/);
    expect(await cli.ok('run', '--rm', 'full:1')).toBe('hello');
    const seen = 'cat /copied; cd /sub; stat -c "%n %u:%g" *; pwd';
    expect(await cli.ok('run', '--rm', '--entrypoint', 'sh', 'full:2', '-c', seen)).toBe(
      'given known stays\nfile 12:34\n/sub',
    );
  });

  it('writes down what the Dockerfile says', async () => {
    const { Config, Id, RepoTags } = await inspect('full:1');
    expect(RepoTags.sort()).toEqual(['full:1', 'full:2']);
    expect(Config).toMatchObject({
      Cmd: ['hello'],
      Entrypoint: ['echo'],
      ExposedPorts: { '53/udp': {}, '80/tcp': {} },
      Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5_000_000_000 },
      Labels: { in: 'file', on: 'line' },
      Shell: ['/bin/ash', '-c'],
      StopSignal: 'SIGUSR1',
      User: '5',
      Volumes: { '/app/data': {} },
      WorkingDir: '/work',
    });
    expect(Config.Env.slice(1)).toEqual(['A=one', 'B=two words']);
    const history = await cli.ok('history', '--no-trunc', '--format', '{{.ID}} {{.CreatedBy}}', 'full:1');
    expect(history.split('\n')[0]).toMatch(new RegExp(`^${Id} .*LABEL`));
    expect(history).toContain('VOLUME /app/data');
  });

  it('tells the id alone when it has to be quiet, and writes it down', async () => {
    const folder = context({ Dockerfile: 'FROM alpine\nENV A=quiet' });
    const file = join(daemon.folder, `id-${cli.name}`);
    const out = await built(cli, '-q', '-t', 'quiet', '--iidfile', file, folder);
    expect(out).toBe(`${(await inspect('quiet')).Id}\n`);
    expect(readFileSync(file, 'utf8').trim()).toBe(out.trim());
  });

  it('ends with the exit code of the command that failed', async () => {
    const folder = context({ Dockerfile: 'FROM alpine\nSHELL ["/bin/ash", "-ec"]\nRUN echo before; exit 7\nRUN true' });
    const { stdout, stderr, exitCode } = await build(cli, '-t', 'failed', folder);
    expect(stdout).toContain('Step 3/4 : RUN echo before; exit 7\nbefore\n');
    expect(stderr).toContain("The command '/bin/ash -ec echo before; exit 7' returned a non-zero code: 7");
    expect(exitCode).toBe(7);
    expect((await cli.run(['image', 'inspect', 'failed'])).exitCode).toBe(1);
  });

  it('is counted and cleared as build cache', async () => {
    const size = async () =>
      (await cli.ok('system', 'df', '--format', '{{.Type}} {{.Size}}')).match(/Build Cache (.*)/)?.[1];
    expect(await size()).not.toBe('0B');
    expect(await cli.ok('builder', 'prune', '-f')).toMatch(/Total reclaimed space: [^0]/);
    expect(await size()).toBe('0B');
    expect(await built(cli, context({ Dockerfile: 'FROM alpine\nRUN true' }))).toContain('Successfully built');
  });
});
