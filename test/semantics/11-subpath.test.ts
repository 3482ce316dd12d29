import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteFolder } from '../images/index.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { runProgram } from '../support/program.ts';
import { mountPoints } from '../support/traces.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
const holdfast = new CommandLine('holdfast', daemon.host);
withDaemon(daemon, ['alpine', 'nginx']);

const part = (volume: string, subpath: string, dst = '/part') => [
  '--mount',
  `type=volume,src=${volume},dst=${dst},volume-subpath=${subpath}`,
];
const mountsOfDaemon = () => mountPoints().filter((path) => path.startsWith(`${daemon.folder}/`));

/** A volume with a tree in it. @returns its mountpoint. */
async function volume(name: string): Promise<string> {
  await docker.ok('volume', 'create', name);
  const data = await docker.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', name);
  mkdirSync(join(data, 'deep/inner'), { recursive: true });
  mkdirSync(join(data, 'empty'));
  writeFileSync(join(data, 'deep/file'), 'in deep');
  writeFileSync(join(data, 'single'), 'single file');
  symlinkSync('deep/inner/..', join(data, 'link'));
  symlinkSync(join(data, 'deep'), join(data, 'absolute'));
  symlinkSync('../..', join(data, 'up'));
  symlinkSync('/etc', join(data, 'away'));
  return data;
}

const create = (subpath: string, apiVersion: string, source = 'of_version') =>
  daemon.request(`/v${apiVersion}/containers/create`, {
    method: 'POST',
    body: {
      Image: 'alpine',
      HostConfig: {
        Mounts: [{ Type: 'volume', Source: source, Target: '/part', VolumeOptions: { Subpath: subpath } }],
      },
    },
  });
const start = (id: string) => daemon.request(`/containers/${id}/start`, { method: 'POST' });
const message = ({ body }: { body: unknown }) => (body as { message: string }).message;

describe('11 volume subpath', () => {
  it('11.1 needs API 1.45', async () => {
    const refused = await create('deep', '1.44');
    expect([refused.status, message(refused)]).toEqual([400, 'VolumeOptions.Subpath needs API v1.45 or newer']);
    expect((await daemon.request('/volumes/of_version')).status).toBe(404);
    expect((await create('deep', '1.45')).status).toBe(201);
  });

  it('11.1 must exist when the container starts, not when it is created', async () => {
    const data = await volume('of_version');
    const { body } = await create('later/one', '1.45');
    const { Id } = body as { Id: string };
    const before = mountsOfDaemon();
    const refused = await start(Id);
    const path = join(data, 'later/one');
    const reason = `cannot access path ${path}: lstat ${path}: no such file or directory`;
    expect([refused.status, message(refused)]).toEqual([404, reason]);
    expect(mountsOfDaemon()).toEqual(before);
    mkdirSync(path, { recursive: true });
    expect((await start(Id)).status).toBe(204);
  });

  it.each(['../x', '/deep', 'deep/../../x'])('9.4 %s is no path within a volume', async (subpath) => {
    const refused = await create(subpath, '1.45');
    const reason = 'invalid mount config for type "volume": subpath must be a relative path within the volume';
    expect([refused.status, message(refused)]).toEqual([400, reason]);
  });

  it('11.2 links inside the volume are followed', async () => {
    await volume('linked');
    for (const subpath of ['deep', 'link', 'absolute', 'link/inner/..', 'empty/../deep/']) {
      const options = ['--rm', ...part('linked', subpath), 'alpine', 'cat', '/part/file'];
      expect(await docker.ok('run', ...options)).toBe('in deep');
    }
  });

  it.each([docker, holdfast])('11.2 a link that leads out is refused, by $name', async (cli) => {
    const data = await volume(`leading_${cli.name}`);
    const before = mountsOfDaemon();
    for (const subpath of ['up', 'away', 'away/passwd', 'link/../away']) {
      const run = await cli.run(['run', '--rm', ...part(`leading_${cli.name}`, subpath), 'alpine', 'ls', '/part']);
      expect(run.exitCode).not.toBe(0);
      expect(run.stdout).toBe('');
      expect(run.stderr).toContain(`path concatenation escapes the base directory, base: ${data}, subpath: ${subpath}`);
    }
    expect(mountsOfDaemon()).toEqual(before);
  });

  it('11.2 over the API that is a 400', async () => {
    await volume('leading');
    const { body } = await create('away', '1.45', 'leading');
    expect((await start((body as { Id: string }).Id)).status).toBe(400);
  });

  it('11.3 never shows anything else, while a container swaps the part for a link to the host', async () => {
    const secret = join(daemon.folder, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'file'), 'the host’s');
    const swap = `mkdir /v/x; echo inside > /v/x/file; ln -s ${secret} /v/link
      while :; do mv /v/x /v/real; mv /v/link /v/x; mv /v/x /v/link; mv /v/real /v/x; done`;
    await docker.ok('run', '-d', '--name', 'swapper', '-v', 'swapped:/v', 'alpine', 'sh', '-c', swap);
    await docker.ok('create', '--name', 'victim', ...part('swapped', 'x'), 'alpine', 'cat', '/part/file');
    for (let round = 0; round < 12; round += 1) {
      const run = await docker.run(['start', '-a', 'victim']);
      const copied = await docker.run(['cp', 'victim:/part/file', '-']);
      expect(run.stdout.trim()).toMatch(/^(inside)?$/);
      expect(copied.stdout).not.toContain('the host’s');
    }
    await docker.ok('rm', '-f', 'swapper', 'victim');
    expect(readdirSync(secret)).toEqual(['file']);
  });

  it('11.3 nothing of it stays mounted on the host, also after a daemon was killed meanwhile', async () => {
    await volume('kept');
    const parts = [...part('kept', 'deep'), ...part('kept', 'single', '/single')];
    const before = mountsOfDaemon();
    await docker.ok('run', '-d', '--network', 'none', '--name', 'keeper', ...parts, 'alpine', 'sleep', '600');
    // Its root file system is all that is mounted for it.
    expect(mountsOfDaemon().filter((path) => !before.includes(path))).toEqual([expect.stringMatching(/fs\/merged$/)]);
    await daemon.kill();
    const left = join(daemon.execRoot, 'places/left-0');
    mkdirSync(left, { recursive: true });
    expect((await runProgram(['mount', '--bind', daemon.dataRoot, left])).exitCode).toBe(0);
    await daemon.start();
    expect(mountsOfDaemon().filter((path) => path.includes('/places/'))).toEqual([]);
    expect(readdirSync(join(daemon.execRoot, 'places'))).toEqual([]);
    expect(await docker.ok('exec', 'keeper', 'cat', '/part/file', '/single')).toBe('in deepsingle file');
    await docker.ok('restart', '-t', '0', 'keeper');
    expect(await docker.ok('exec', 'keeper', 'cat', '/part/file', '/single')).toBe('in deepsingle file');
    await docker.ok('rm', '-f', 'keeper');
    expect(mountsOfDaemon()).toEqual(before);
  });

  it('11.4 a file is mounted on a file', async () => {
    const data = await volume('filed');
    const options = [
      ...part('filed', 'single', '/etc/motd'),
      'alpine',
      'sh',
      '-c',
      'cat /etc/motd; echo new > /etc/motd',
    ];
    expect(await holdfast.ok('run', '--rm', ...options)).toBe('single file');
    expect(readFileSync(join(data, 'single'), 'utf8')).toBe('new\n');
    const onFolder = await docker.run(['run', '--rm', ...part('filed', 'single', '/etc'), 'alpine', 'true']);
    expect([onFolder.exitCode, onFolder.stderr]).toEqual([125, expect.stringContaining('not a directory')]);
  });

  it('11.4 an empty part takes over what the image has, a missing one nothing', async () => {
    const data = await volume('seeded');
    await docker.ok('create', '--name', 'seeding', ...part('seeded', 'empty', siteFolder), 'nginx');
    expect(readdirSync(join(data, 'empty'))).toContain('index.html');
    await docker.ok('create', '--name', 'missing', ...part('seeded', 'missing', siteFolder), 'nginx');
    await docker.ok('create', '--name', 'filled', ...part('seeded', 'deep', siteFolder), 'nginx');
    expect(readdirSync(data).sort()).toEqual(['absolute', 'away', 'deep', 'empty', 'link', 'single', 'up']);
    expect(readdirSync(join(data, 'deep')).sort()).toEqual(['file', 'inner']);
    await docker.ok('rm', 'seeding', 'missing', 'filled');
  });

  it('11.5 inspect shows the volume’s own place, and the part as it was asked for', async () => {
    const data = await volume('shown');
    await docker.ok('create', '--name', 'shown', ...part('shown', 'link'), 'alpine');
    const [mount] = JSON.parse(await docker.ok('inspect', '--format', '{{json .Mounts}}', 'shown'));
    expect(mount).toMatchObject({ Type: 'volume', Name: 'shown', Source: data, Destination: '/part', RW: true });
    const asked = JSON.parse(await docker.ok('inspect', '--format', '{{json .HostConfig.Mounts}}', 'shown'));
    expect(asked).toMatchObject([{ VolumeOptions: { Subpath: 'link' } }]);
    await docker.ok('rm', 'shown');
  });

  it('15.3 --volumes-from takes the part over', async () => {
    await volume('origin');
    await docker.ok('create', '--name', 'origin', ...part('origin', 'deep'), 'alpine');
    const options = ['--volumes-from', 'origin:ro', 'alpine', 'sh', '-c', 'cat /part/file; touch /part/x'];
    const run = await docker.run(['run', '--rm', ...options]);
    expect(run.stdout).toBe('in deep');
    expect(run.stderr).toContain('Read-only file system');
    await docker.ok('rm', 'origin');
  });

  it('18.1 cp goes through the part, running or not', async () => {
    const data = await volume('copied');
    await docker.ok('create', '--name', 'copied', ...part('copied', 'link'), 'alpine', 'sleep', '600');
    const file = join(daemon.folder, 'copied');
    writeFileSync(file, 'from the host');
    for (const name of ['stopped', 'running']) {
      await holdfast.ok('cp', file, `copied:/part/${name}`);
      expect(readFileSync(join(data, 'deep', name), 'utf8')).toBe('from the host');
      await docker.ok('cp', 'copied:/part/file', join(daemon.folder, name));
      expect(readFileSync(join(daemon.folder, name), 'utf8')).toBe('in deep');
      await docker.ok('start', 'copied');
    }
    await docker.ok('rm', '-f', 'copied');
    await docker.ok('create', '--name', 'broken', ...part('copied', 'nowhere'), 'alpine');
    const refused = await daemon.request('/containers/broken/archive?path=/part');
    expect([refused.status, message(refused)]).toEqual([
      404,
      expect.stringMatching(/^cannot access path .*\/nowhere: /),
    ]);
    await docker.ok('rm', 'broken');
  });
});
