import { PassThrough } from 'node:stream';
import { DockerClient } from '@docker/node-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';

describe('@docker/node-sdk', () => {
  const daemon = new TestDaemon();
  withDaemon(daemon, ['alpine']);
  let docker: DockerClient;

  beforeAll(async () => {
    docker = await DockerClient.fromDockerHost(daemon.host);
  });

  afterAll(async () => {
    await docker.close();
  });

  const sink = () => {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return { stream, text: () => Buffer.concat(chunks).toString() };
  };

  const create = (command: string, name: string) =>
    docker.containerCreate(
      { Image: 'alpine', Cmd: ['sh', '-c', command], HostConfig: { Binds: ['my_volume:/data'] } },
      { name },
    );

  test('data outlives its container', async () => {
    expect(await docker.volumeCreate({ Name: 'my_volume' })).toMatchObject({ Name: 'my_volume', Driver: 'local' });
    const writer = await create('echo kept > /data/f', 'writer');
    await docker.containerStart(writer.Id);
    expect(await docker.containerWait(writer.Id)).toMatchObject({ StatusCode: 0 });
    await docker.containerDelete(writer.Id);

    const reader = await create('cat /data/f; echo oops >&2; exit 2', 'reader');
    await docker.containerStart(reader.Id);
    expect(await docker.containerWait(reader.Id)).toMatchObject({ StatusCode: 2 });
    const out = sink();
    const err = sink();
    await docker.containerLogs(reader.Id, out.stream, err.stream, { stdout: true, stderr: true });
    expect(out.text()).toBe('kept\n');
    expect(err.text()).toBe('oops\n');

    // This client does not look at the answer: what counts is that the volume is still there.
    await docker.volumeDelete('my_volume');
    expect(await docker.volumeInspect('my_volume')).toMatchObject({ Name: 'my_volume' });
    await docker.containerDelete(reader.Id);
    await docker.volumeDelete('my_volume');
    await expect(docker.volumeInspect('my_volume')).rejects.toThrow();
  });

  test('exec, inspect, list, stop', async () => {
    const { Id } = await create('sleep 600', 'box');
    await docker.containerStart(Id);
    const exec = await docker.containerExec(Id, {
      Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
      AttachStdout: true,
      AttachStderr: true,
    });
    const out = sink();
    const err = sink();
    await docker.execStart(exec.Id, out.stream, err.stream);
    expect(out.text()).toBe('out\n');
    expect(err.text()).toBe('err\n');
    expect(await docker.execInspect(exec.Id)).toMatchObject({ ExitCode: 3, Running: false });
    expect(await docker.containerInspect(Id)).toMatchObject({ Name: '/box', State: { Running: true } });
    expect((await docker.containerList({ all: true })).map((container) => container.Names)).toEqual([['/box']]);
    await docker.containerStop(Id, { timeout: 0 });
    await docker.containerDelete(Id, { volumes: true });
    expect((await docker.volumeList()).Volumes?.map((volume) => volume.Name)).toEqual(['my_volume']);
  });

  test('about the engine', async () => {
    expect(await docker.systemPing()).toBeDefined();
    expect(await docker.systemVersion()).toMatchObject({ ApiVersion: '1.50' });
    expect(await docker.systemInfo()).toMatchObject({ OSType: 'linux', DockerRootDir: daemon.dataRoot });
    expect((await docker.imageInspect('alpine')).RepoTags).toEqual(['alpine:latest']);
  });
});
