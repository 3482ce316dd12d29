import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, built, writeContext } from '../../support/build.ts';
import { makeFolder, removeFolder } from '../../support/folder.ts';
import { Registry } from '../../support/registry.ts';
import { semantics } from '../../support/semantics.ts';

const { daemon, docker, holdfast } = semantics(['alpine']);

let contexts = 0;
const context = (Dockerfile: string): string => {
  contexts += 1;
  const folder = join(daemon.folder, `context-${contexts}`);
  writeContext(folder, { Dockerfile });
  return folder;
};
const idOf = (image: string) => docker.ok('image', 'inspect', '-f', '{{.Id}}', image);

describe('the images that builds start from', () => {
  const folder = makeFolder();
  let registry: Registry;

  beforeAll(async () => {
    registry = await Registry.start(folder);
  });
  afterAll(async () => {
    await registry.stop();
    removeFolder(folder);
  });

  it('are what a name means now, and not what it meant before', async () => {
    for (const content of ['one', 'two']) {
      await built(docker, '-t', 'moving', context(`FROM alpine\nRUN echo ${content} > /which`));
      expect(await built(holdfast, '--no-cache', context('FROM moving\nRUN cat /which'))).toContain(`\n${content}\n`);
    }
  });

  it('are not confused with others of nearly the same name', async () => {
    await built(docker, '-t', 'localhost/alpine', context('FROM alpine\nRUN touch /other'));
    await built(docker, context('FROM localhost/alpine\nRUN ls /other'));
    expect(await built(docker, '--no-cache', context('FROM alpine\nRUN ls /'))).not.toContain('other');
  });

  it('are not confused with stages of their name', async () => {
    const steps = [
      'FROM alpine AS alpine',
      'RUN touch /made',
      'FROM scratch',
      'COPY --from=alpine /made /copied',
      'FROM alpine',
      'RUN ls /made',
    ];
    await built(docker, '--no-cache', context(steps.join('\n')));
  });

  it('may be named by their ids', async () => {
    const id = await idOf('moving');
    for (const name of [id.slice('sha256:'.length, 'sha256:'.length + 12), id]) {
      expect(await built(docker, '--no-cache', context(`FROM ${name}\nRUN cat /which`))).toContain('\ntwo\n');
    }
  });

  it('come from a registry where they are not here, and stay', async () => {
    const name = `${registry.address}/base:v1`;
    await docker.ok('tag', 'moving', name);
    await docker.ok('push', name);
    const digest = await docker.ok('image', 'inspect', '-f', '{{index .RepoDigests 0}}', name);
    expect(await built(docker, '--no-cache', context(`FROM ${digest}\nCOPY --from=${digest} /which /a`))).toContain(
      '/which',
    );
    await docker.ok('rmi', name);
    const out = await built(docker, '--no-cache', context(`FROM ${name}\nRUN cat /which`));
    expect(out).toContain('Pulling from base');
    expect(out).toContain('\ntwo\n');
    expect(await idOf(name)).toBe(await idOf('moving'));
    expect(await built(docker, '--no-cache', context(`FROM ${digest}\nRUN cat /which`))).toContain('\ntwo\n');
  });

  it('are asked for anew with --pull', async () => {
    const name = `${registry.address}/base:v1`;
    await docker.ok('tag', 'alpine', name);
    await docker.ok('push', name);
    await docker.ok('tag', 'moving', name);
    expect(await built(docker, '--no-cache', '--pull', context(`FROM ${name}\nRUN ls /`))).not.toContain('which');
    expect(await idOf(name)).toBe(await idOf('alpine'));
  });

  it('serve several builds at once, one of which fails', async () => {
    const [one, two, failed] = await Promise.all([
      built(docker, '--no-cache', '-t', 'at-once-1', context('FROM alpine\nRUN sleep 1; echo 1')),
      built(holdfast, '--no-cache', '-t', 'at-once-2', context('FROM moving\nRUN sleep 1; echo 2')),
      build(docker, '--no-cache', context('FROM alpine\nRUN exit 3')),
    ]);
    expect(one).toContain('Successfully tagged at-once-1:latest');
    expect(two).toContain('Successfully tagged at-once-2:latest');
    expect(failed.exitCode).toBe(3);
  });

  it('are of this machine’s platform', async () => {
    const own = process.arch === 'x64' ? 'amd64' : process.arch;
    const folderOf = context('FROM alpine\nENV A=1');
    await built(docker, '--platform', `linux/${own}`, folderOf);
    const { stderr, exitCode } = await build(docker, '--platform', 'linux/s390x', folderOf);
    expect(stderr).toContain('building for linux/s390x is not possible on this machine');
    expect(exitCode).toBe(1);
  });
});
