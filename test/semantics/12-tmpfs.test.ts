import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createContainer, planContainer, startContainer } from '../support/containers.ts';
import { semantics } from '../support/semantics.ts';

const { daemon, docker, holdfast } = semantics();

const shell = (command: string) => ['alpine', 'sh', '-c', command];
/** Of each mount at /t and in it: its path, its flags, and the options of its file system. */
const show = `awk '$2 ~ "^/t" && $3 == "tmpfs" { print $2, $4 }' /proc/mounts; stat -c '%u:%g %a' /t`;
const seen = (...flags: string[]) => docker.ok('run', '--rm', ...flags, ...shell(show));
const tmpfs = (TmpfsOptions?: object, more: object = {}) => ({ Type: 'tmpfs', Target: '/t', TmpfsOptions, ...more });

describe('12 tmpfs', () => {
  it.each([docker, holdfast])('12.1 --tmpfs is noexec, nosuid, nodev and private, by $name', async (cli) => {
    const look = shell(`${show}; awk '$5 == "/t" { print $7 }' /proc/self/mountinfo`);
    const output = await cli.ok('run', '--rm', '--tmpfs', '/t', ...look);
    expect(output).toBe('/t rw,nosuid,nodev,noexec,relatime\n0:0 1777\n-');
  });

  it('12.1 what the user says wins, and of it the last', async () => {
    const [mount, owner] = (
      await seen('--tmpfs', '/t:noexec,exec,suid,dev,noatime,size=1m,size=2m,mode=700,uid=3,gid=4,nr_inodes=100,ro')
    ).split('\n');
    expect(mount).toMatch(/^\/t ro,noatime,/);
    expect(mount?.split(',')).toEqual(expect.arrayContaining(['size=2048k', 'nr_inodes=100', 'uid=3', 'gid=4']));
    expect(mount).not.toMatch(/noexec|nosuid|nodev|size=1024k/);
    expect(owner).toBe('3:4 700');
  });

  it.each([docker, holdfast])('12.1 --mount type=tmpfs has a size and a mode, by $name', async (cli) => {
    const flag = 'type=tmpfs,dst=/t,tmpfs-size=3m,tmpfs-mode=1750';
    const output = await cli.ok('run', '--rm', '--mount', flag, ...shell(show));
    expect(output).toContain('size=3072k');
    expect(output).toContain('0:0 1750');
  });

  it('12.1 TmpfsOptions.Options takes exec and noexec, and nothing else', async () => {
    const run = async (Options: string[][]) => {
      const { id } = await createContainer(
        daemon,
        { Mounts: [tmpfs({ Options })] },
        { config: { Cmd: ['sh', '-c', show] } },
      );
      await docker.ok('start', '-a', id);
      return docker.ok('logs', id);
    };
    expect(await run([['exec']])).toContain('/t rw,nosuid,nodev,relatime');
    expect(await run([['noexec']])).toContain('/t rw,nosuid,nodev,noexec,relatime');
    for (const option of [['suid'], ['uid', '1'], ['exec', 'yes']]) {
      const { status, message } = await planContainer(daemon, { Mounts: [tmpfs({ Options: [option] })] });
      expect(status).toBe(400);
      expect(message).toContain('invalid mount config for type "tmpfs": invalid tmpfs option');
    }
  });

  it('12.1 read-only by ReadOnly', async () => {
    expect(await seen('--mount', 'type=tmpfs,dst=/t,readonly')).toContain('/t ro,');
  });

  it('12.2 each option that tmpfs knows is taken', async () => {
    expect(await seen('--tmpfs', '/t:nr_blocks=16')).toContain('size=64k');
    expect(await seen('--tmpfs', '/t:mpol=local')).toContain('mpol=local');
  });

  it.each(['nonsense', 'nonsense=1', 'size', 'huge=always'])('12.2 %j is refused at start', async (option) => {
    const Tmpfs = { '/t': option };
    expect((await planContainer(daemon, { Tmpfs })).status).toBe(201);
    expect(await startContainer(daemon, { Tmpfs })).toEqual({
      status: 500,
      message: `invalid tmpfs option "${option.split('=')[0]}"`,
    });
  });

  it.each([
    [2 ** 30, '1048576k'],
    [3 * 2 ** 20, '3072k'],
    [5 * 2 ** 10, '8k'],
    [4097, '8k'],
  ])('12.2 SizeBytes of %d are a tmpfs of %s', async (SizeBytes, size) => {
    const { id } = await createContainer(
      daemon,
      { Mounts: [tmpfs({ SizeBytes })] },
      { config: { Cmd: ['sh', '-c', show], Tty: true } },
    );
    expect(await docker.ok('start', '-a', id)).toContain(`size=${size}`);
  });

  it('12.3 nothing of the image is copied, and nothing stays when the container stops', async () => {
    const id = await docker.ok('create', '--tmpfs', '/etc', ...shell('ls -A /etc; touch /etc/file'));
    const bare = 'hostname\nhosts\nresolv.conf';
    expect(await docker.ok('start', '-a', id)).toBe(bare);
    expect(await docker.ok('start', '-a', id)).toBe(bare);
    expect(await docker.ok('diff', id)).not.toContain('file');
  });

  it('12.3 is no volume: none is made, none is told of', async () => {
    const since = Date.now() / 1000;
    await docker.ok('volume', 'create', 'witness');
    const before = await docker.ok('volume', 'ls', '-q');
    await docker.ok('run', '--rm', '--tmpfs', '/t', '--mount', 'type=tmpfs,dst=/u', 'alpine', 'true');
    expect(await docker.ok('volume', 'ls', '-q')).toBe(before);
    const range = ['--since', String(since), '--until', String(Date.now() / 1000)];
    const format = ['--filter', 'type=volume', '--format', '{{.Action}} {{.Actor.ID}}'];
    expect(await docker.ok('events', ...range, ...format)).toBe('create witness');
  });

  it('12.4 only that of Mounts is seen in inspect', async () => {
    const { mounts, hostConfig } = await planContainer(daemon, {
      Tmpfs: { '/t': 'size=1m' },
      Mounts: [tmpfs(undefined, { Target: '/u' })],
    });
    expect(mounts).toEqual([{ Type: 'tmpfs', Source: '', Destination: '/u', Mode: '', RW: true, Propagation: '' }]);
    expect(hostConfig.Tmpfs).toEqual({ '/t': 'size=1m' });
  });

  it('12.5 a tmpfs on the path of a VOLUME takes its place', async () => {
    const config = { Volumes: { '/t': {}, '/u/': {} } };
    const places = async (hostConfig: object) =>
      (await planContainer(daemon, hostConfig, { config })).mounts.map(
        ({ Type, Destination }) => `${Type} ${Destination}`,
      );
    expect(await places({ Tmpfs: { '/t': '' } })).toEqual(['volume /u']);
    expect(await places({ Mounts: [tmpfs(), tmpfs(undefined, { Target: '/u' })] })).toEqual(['tmpfs /t', 'tmpfs /u']);
  });

  it('12.6 the same path by another way is a duplicate', async () => {
    for (const other of [{ Binds: ['vol:/t'] }, { Binds: ['/host:/t/'] }, { Mounts: [tmpfs()] }]) {
      const { status, message } = await planContainer(daemon, { Tmpfs: { '/t': '' }, ...other });
      expect(`${status} ${message}`).toBe('400 Duplicate mount point: /t');
    }
  });

  it.each([
    ['relative', "invalid mount path: 'relative' mount path must be absolute"],
    ['', "invalid mount path: '' mount path must be absolute"],
    ['/', "invalid specification: destination can't be '/'"],
    ['/a/..', "invalid specification: destination can't be '/'"],
  ])('12.6 a path of %j is 400', async (path, reason) => {
    const { status, message } = await planContainer(daemon, { Tmpfs: { [path]: '' } });
    expect(`${status} ${message}`).toBe(`400 ${reason}`);
  });

  it('12.6 a path is cleaned, also where it replaces what every container has', async () => {
    const look = shell(
      `awk '$2 == "/dev/shm" { print $4 }' /proc/mounts; awk '$2 == "/tee" { print $3 }' /proc/mounts`,
    );
    const output = await docker.ok(
      'run',
      '--rm',
      '--tmpfs',
      '/dev//shm/:size=1m',
      '--tmpfs',
      '/tee/x/../:size=1m',
      ...look,
    );
    expect(output).toBe('rw,nosuid,nodev,noexec,relatime,size=1024k\ntmpfs');
  });

  it('12.7 a copy into the container does not reach its tmpfs', async () => {
    const file = join(daemon.folder, 'copied');
    writeFileSync(file, 'copied\n');
    const id = await docker.ok('run', '-d', '--tmpfs', '/t', ...shell('touch /t/own; sleep 600'));
    await docker.ok('cp', file, `${id}:/t/`);
    await expect.poll(() => docker.ok('exec', id, 'ls', '/t'), { timeout: 20_000 }).toBe('own');
    await docker.ok('rm', '-f', id);
  });
});
