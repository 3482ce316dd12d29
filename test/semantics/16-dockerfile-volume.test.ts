import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, built, writeContext } from '../support/build.ts';
import { semantics } from '../support/semantics.ts';

const { daemon, docker, holdfast } = semantics(['alpine']);

let contexts = 0;
const context = (Dockerfile: string, files: Readonly<Record<string, string>> = {}) => {
  contexts += 1;
  const folder = join(daemon.folder, `context-${contexts}`);
  writeContext(folder, { Dockerfile, ...files });
  return folder;
};
const volumesOf = async (image: string) =>
  Object.keys(JSON.parse(await docker.ok('image', 'inspect', '-f', '{{json .Config.Volumes}}', image)) ?? {}).sort();

describe('16 VOLUME in a Dockerfile', () => {
  it('16.1 both forms, trimmed and substituted; relative paths stay', async () => {
    const lines = [
      'FROM alpine',
      'ENV WHERE=/from-env',
      'VOLUME ["/json", " /trimmed "]',
      'VOLUME /one   relative $WHERE',
    ];
    await built(docker, '-t', 'declared', context(lines.join('\n')));
    expect(await volumesOf('declared')).toEqual(['/from-env', '/json', '/one', '/trimmed', 'relative']);
  });

  it.each([
    ['VOLUME [""]', 'VOLUME specified can not be an empty string'],
    ['VOLUME ["/a", "  "]', 'VOLUME specified can not be an empty string'],
    ['VOLUME', 'VOLUME requires at least one argument'],
  ])('16.1 %s is refused', async (instruction, message) => {
    for (const cli of [docker, holdfast]) {
      const { stderr, exitCode } = await build(cli, context(`FROM alpine\n${instruction}`));
      expect(stderr).toContain(message);
      expect(exitCode).toBe(1);
    }
  });

  it('16.2 paths stay as they are in the image', async () => {
    await built(docker, '-t', 'uncleaned', context('FROM alpine\nVOLUME ["/a//b/../c/", "/d/"]'));
    expect(await volumesOf('uncleaned')).toEqual(['/a//b/../c/', '/d/']);
  });

  it('16.3 what later RUN steps change under the path is discarded, what COPY and ADD bring is kept', async () => {
    const steps = [
      'FROM alpine',
      'RUN mkdir /data && echo before > /data/before',
      'VOLUME /data',
      'RUN echo lost > /data/lost; echo changed > /data/before; mkdir -p /data/deep; echo kept > /elsewhere',
      'COPY file /data/copied',
      'ADD file /data/added',
      'RUN rm /data/before /data/copied',
    ];
    await built(docker, '-t', 'discarding', context(steps.join('\n'), { file: '' }));
    const seen = await docker.ok('run', '--rm', 'discarding', 'sh', '-c', 'ls /data; cat /data/before /elsewhere');
    expect(seen).toBe('added\nbefore\ncopied\nbefore\nkept');
  });

  it('16.3 also for volumes of the base image, and of the stage a stage starts from', async () => {
    await built(
      docker,
      '-t',
      'with-volume',
      context('FROM alpine\nRUN mkdir /data && touch /data/first\nVOLUME /data'),
    );
    const steps = 'FROM with-volume AS one\nRUN touch /data/lost\nFROM one\nRUN touch /data/lost-too';
    await built(docker, '-t', 'on-volume', context(steps));
    expect(await docker.ok('run', '--rm', 'on-volume', 'ls', '/data')).toBe('first');
  });

  it('16.4 a container gets an anonymous volume with what the image has there', async () => {
    const steps = 'FROM alpine\nCOPY file /app/data/file\nRUN chown 7:8 /app/data\nVOLUME /app/data';
    await built(holdfast, '-t', 'seeding', context(steps, { file: 'seeded\n' }));
    const id = await docker.ok(
      'create',
      '-v',
      '/requested',
      'seeding',
      'sh',
      '-c',
      'cat /app/data/file; stat -c %u:%g /app/data',
    );
    const mounts = JSON.parse(await docker.ok('inspect', '-f', '{{json .Mounts}}', id)) as Array<{
      Destination: string;
      Name: string;
    }>;
    expect(mounts.map(({ Destination }) => Destination).sort()).toEqual(['/app/data', '/requested']);
    expect(mounts.every(({ Name }) => /^[0-9a-f]{64}$/.test(Name))).toBe(true);
    expect(await docker.ok('start', '-a', id)).toBe('seeded\n7:8');
  });
});
