import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, built, writeContext } from '../../support/build.ts';
import { semantics } from '../../support/semantics.ts';

const { daemon, docker: cli } = semantics(['alpine']);

let contexts = 0;
const context = (files: Readonly<Record<string, string>>): string => {
  contexts += 1;
  const folder = join(daemon.folder, `context-${contexts}`);
  writeContext(folder, files);
  return folder;
};
const inspect = async (image: string) => JSON.parse(await cli.ok('image', 'inspect', image))[0];
const lines = (text: string) => text.replaceAll(/^ ---> [0-9a-f]+$/gm, ' ---> ID').replaceAll(/built .*/g, 'built ID');

describe('the steps of a build', () => {
  it('keeps each step for the next build, unless it is told not to', async () => {
    const folder = context({ Dockerfile: 'FROM alpine\nRUN cat /proc/sys/kernel/random/uuid > /id\nRUN true' });
    await built(cli, '-t', 'first', folder);
    const again = await built(cli, '-t', 'second', folder);
    expect(lines(again)).toContain('Step 2/3 : RUN cat /proc/sys/kernel/random/uuid > /id\n ---> Using cache\n');
    expect((await inspect('second')).Id).toBe((await inspect('first')).Id);
    expect(await built(cli, '--no-cache', '-t', 'second', folder)).not.toContain('Using cache');
    expect((await inspect('second')).Id).not.toBe((await inspect('first')).Id);
  });

  it('stops at the target, and says where there is none', async () => {
    const folder = context({ Dockerfile: 'FROM alpine AS one\nRUN echo 1 > /one\nFROM alpine AS two\nRUN false' });
    expect(lines(await built(cli, '--target', 'ONE', '-t', 'target', folder))).toContain(
      'Step 2/2 : RUN echo 1 > /one',
    );
    const { stderr, exitCode } = await build(cli, '--target', 'three', folder);
    expect(stderr).toContain('failed to reach build target three in Dockerfile');
    expect(exitCode).toBe(1);
  });

  it('runs what a base image left to do', async () => {
    await built(
      cli,
      '-t',
      'leaving',
      context({ Dockerfile: 'FROM alpine\nONBUILD COPY file /left\nONBUILD RUN cat /left' }),
    );
    const out = await built(
      cli,
      '-t',
      'done',
      context({ Dockerfile: 'FROM leaving\nRUN echo own', file: 'from the context\n' }),
    );
    expect(lines(out)).toContain('# Executing 2 build triggers\n');
    expect(out).toContain('from the context\n');
    expect(out).toContain('Step 2/2 : RUN echo own\nown\n');
  });

  it.each([
    [
      'FROM alpine\nCOPY nothing /x',
      'COPY failed: file not found in build context or excluded by .dockerignore: stat nothing: file does not exist',
    ],
    ['FROM alpine\nNOTHING x', 'dockerfile parse error line 2: unknown instruction: NOTHING'],
    ['RUN true', 'no build stage in current context'],
    ['', 'the Dockerfile (Dockerfile) cannot be empty'],
    ['FROM alpine\nRUN --mount=type=bind,target=/x true', 'the --mount option requires BuildKit'],
    ['FROM localhost:1/nothing', 'localhost:1'],
  ])('refuses %j', async (Dockerfile, message) => {
    const { stderr, exitCode } = await build(cli, context({ Dockerfile }));
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
  });

  it('limits commands, and gives them hosts and a network', async () => {
    const seen =
      'cat /etc/hosts; ulimit -n; ls /sys/class/net; cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max';
    const flags = ['--add-host', 'elsewhere:10.1.2.3', '--ulimit', 'nofile=321:321', '--memory', '64m'];
    const folder = context({ Dockerfile: `FROM alpine\nRUN ${seen}` });
    const out = await built(cli, '--no-cache', ...flags, folder);
    expect(out).toMatch(/10\.1\.2\.3\s+elsewhere/);
    expect(out).toMatch(/^321$/m);
    expect(out).toMatch(/^eth0$/m);
    expect(out).toMatch(/^67108864$/m);
    expect(await built(cli, '--no-cache', '--network', 'none', folder)).not.toMatch(/^eth0$/m);
  });
});
