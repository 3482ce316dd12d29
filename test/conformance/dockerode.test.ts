import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { describe, expect, test } from 'vitest';
import { imageArchive } from '../images/index.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';

describe('dockerode', () => {
  const daemon = new TestDaemon();
  const docker = new Docker({ socketPath: daemon.socket });
  withDaemon(daemon, []);

  const shell = (command: string) => ['sh', '-c', command];
  const collect = (stream: PassThrough) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  };

  test('loads an image', async () => {
    const progress = await docker.loadImage(createReadStream(imageArchive('alpine')));
    await new Promise((resolve, reject) =>
      docker.modem.followProgress(progress, (error, output) => (error ? reject(error) : resolve(output))),
    );
    expect((await docker.listImages()).map((image) => image.RepoTags)).toEqual([['alpine:latest']]);
  });

  test('data outlives its container', async () => {
    await docker.createVolume({ Name: 'my_volume', Labels: { a: 'b' } });
    expect(await docker.getVolume('my_volume').inspect()).toMatchObject({ Name: 'my_volume', Labels: { a: 'b' } });

    const HostConfig = { Binds: ['my_volume:/data'] };
    const writer = await docker.createContainer({ Image: 'alpine', Cmd: shell('echo kept > /data/f'), HostConfig });
    await writer.start();
    expect(await writer.wait()).toMatchObject({ StatusCode: 0 });
    await writer.remove();

    const output = new PassThrough();
    const text = collect(output);
    const [result, reader] = await docker.run('alpine', shell('cat /data/f'), output, { HostConfig });
    expect(result).toMatchObject({ StatusCode: 0 });
    expect(text()).toContain('kept');
    await reader.remove();

    await docker.getVolume('my_volume').remove();
    await expect(docker.getVolume('my_volume').inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test('attach before start, with input', async () => {
    const container = await docker.createContainer({ Image: 'alpine', Cmd: ['cat'], OpenStdin: true, StdinOnce: true });
    const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
    const output = new PassThrough();
    const text = collect(output);
    docker.modem.demuxStream(stream, output, new PassThrough());
    const ended = new Promise((resolve) => stream.on('end', resolve));
    await container.start();
    stream.end('there and back');
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    await ended;
    expect(text()).toBe('there and back');
    await container.remove();
  });

  test('exec, logs, archive, stats, stop', async () => {
    const container = await docker.createContainer({ name: 'box', Image: 'alpine', Cmd: shell('echo up; sleep 600') });
    await container.start();

    const exec = await container.exec({ Cmd: shell('echo out; exit 3'), AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ hijack: true, stdin: false });
    const output = new PassThrough();
    const text = collect(output);
    docker.modem.demuxStream(stream, output, output);
    await new Promise((resolve) => stream.on('end', resolve));
    expect(text()).toBe('out\n');
    expect(await exec.inspect()).toMatchObject({ ExitCode: 3, Running: false });

    const logs = await container.logs({ stdout: true, stderr: true, follow: false });
    expect(logs.toString()).toContain('up');
    const archive = await container.getArchive({ path: '/etc/passwd' });
    await container.putArchive(archive, { path: '/tmp' });
    expect(await container.infoArchive({ path: '/tmp/passwd' })).toBeDefined();
    expect(await container.stats({ stream: false })).toMatchObject({ name: '/box' });
    expect((await container.top()).Titles).toContain('PID');

    await container.stop({ t: 0 });
    await expect(container.stop()).rejects.toMatchObject({ statusCode: 304 });
    expect(await container.inspect()).toMatchObject({ Name: '/box', State: { Status: 'exited', ExitCode: 137 } });
    await container.remove();
  });

  test('lists, filters and prunes', async () => {
    await docker.createVolume({ Name: 'dangling_1' });
    const { Volumes } = await docker.listVolumes({ filters: { dangling: ['true'] } });
    expect(Volumes.map((volume) => volume.Name)).toContain('dangling_1');
    const pruned = await docker.pruneVolumes({ filters: { all: ['true'] } });
    expect(pruned.VolumesDeleted).toContain('dangling_1');
    expect(await docker.listContainers({ all: true, filters: { label: ['nosuch'] } })).toEqual([]);
    expect(await docker.ping()).toBeDefined();
    expect(await docker.version()).toMatchObject({ ApiVersion: '1.50' });
    expect(await docker.df()).toMatchObject({ Containers: [], Volumes: [] });
  });

  test('events', async () => {
    const events = await docker.getEvents({ filters: { type: ['volume'] } });
    const first = new Promise<string>((resolve) => events.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    await docker.createVolume({ Name: 'announced' });
    expect(JSON.parse(await first)).toMatchObject({ Type: 'volume', Action: 'create', Actor: { ID: 'announced' } });
    (events as PassThrough).destroy();
    await docker.getVolume('announced').remove();
  });
});
