import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { semantics } from '../../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics();

const image = () => join(daemon.dataRoot, 'pools', 'fast', 'pool.img');
const loops = (): string[] =>
  readdirSync('/sys/block').filter((name) => {
    try {
      return readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8').trimEnd() === image();
    } catch {
      return false;
    }
  });

/** Makes a container that uses a volume and goes on running. */
const running = (name: string, volume: string) =>
  docker.ok('run', '--detach', '--name', name, '-v', `${volume}:/data`, 'alpine', 'sleep', '600');

/** Writes so many MiB in a container, and answers what dd says. */
const written = async (container: string, file: string, mib: number) =>
  (
    await docker.run([
      'exec',
      container,
      'dd',
      'if=/dev/urandom',
      `of=/data/${file}`,
      'bs=1M',
      `count=${mib}`,
      'conv=fsync',
    ])
  ).stderr;

const full = /No space left on device|Disk quota exceeded/;

beforeAll(() => holdfast.ok('pool', 'create', '--size', '500m', 'fast'));
afterAll(async () => {
  await holdfast.ok('pool', 'rm', 'fast');
  expect(loops()).toEqual([]);
});

describe('pools', () => {
  it('are listed, inspected and made the default', async () => {
    expect(await holdfast.ok('pool', 'ls', '--format', '{{.Name}}{{.Default}} {{.Driver}}')).toBe(
      'main* dir\nfast btrfs',
    );
    expect(JSON.parse(await holdfast.ok('pool', 'inspect', 'fast'))).toMatchObject([{ name: 'fast', volumes: 0 }]);
    await holdfast.ok('pool', 'default', 'fast');
    expect(await docker.ok('volume', 'create', 'here')).toBe('here');
    expect(await docker.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', 'here')).toContain('/pools/fast/');
    expect((await holdfast.run(['pool', 'rm', 'fast'])).stderr).toContain('pool fast is the default');
    await holdfast.ok('pool', 'default', 'main');
    expect((await holdfast.run(['pool', 'rm', 'fast'])).stderr).toContain('holds 1 volumes, such as here');
    await holdfast.ok('volume', 'rm', '--now', 'here');
    expect((await holdfast.run(['pool', 'create', '--driver', 'zfs', '--size', '1g', 'tank'])).stderr).toContain(
      'there is no driver for ZFS yet',
    );
  });

  it('outlive the daemon, and the containers in them go on', async () => {
    await holdfast.ok('volume', 'create', '--pool', 'fast', 'kept');
    await running('going', 'kept');
    await docker.ok('exec', 'going', 'sh', '-c', 'echo one > /data/file');
    await daemon.kill();
    await daemon.start();
    expect(loops()).toHaveLength(1);
    await docker.ok('exec', 'going', 'sh', '-c', 'echo two >> /data/file');
    expect(await docker.ok('run', '--rm', '-v', 'kept:/data', 'alpine', 'cat', '/data/file')).toBe('one\ntwo');
    expect((await holdfast.run(['volume', 'move', 'kept', 'main'])).stderr).toContain('move kept: it is in use');
    await docker.ok('rm', '--force', 'going');
  });

  it('are what a volume that is not in use moves between', async () => {
    expect(await holdfast.ok('volume', 'move', 'kept', 'main')).toBe('kept');
    expect(await docker.ok('run', '--rm', '-v', 'kept:/data', 'alpine', 'cat', '/data/file')).toBe('one\ntwo');
    expect(await docker.ok('volume', 'inspect', '--format', '{{.Options.pool}}', 'kept')).toBe('main');
    await holdfast.ok('volume', 'rm', '--now', 'kept');
  });
});

describe.each([
  ['a quota group of btrfs', { pool: 'fast' }],
  ['a file system in a file', { pool: 'main' }],
])('a limit of 100 MB, by %s', (_, { pool }) => {
  const volume = `limited_${pool}`;
  const container = `writer_${pool}`;

  beforeAll(async () => {
    await docker.ok('volume', 'create', '--opt', `pool=${pool}`, '--opt', 'size=100m', volume);
    await running(container, volume);
  });
  afterAll(async () => {
    await docker.ok('rm', '--force', container);
    await holdfast.ok('volume', 'rm', '--now', volume);
  });
  const sh = (script: string) => docker.run(['exec', container, 'sh', '-c', script]);

  it('holds against dd, sparse files and hard links', async () => {
    expect(await written(container, 'big', 150)).toMatch(full);
    await sh('rm /data/big; sync');
    expect(await written(container, 'half', 60)).not.toMatch(full);
    expect((await sh('for i in 1 2 3 4 5 6 7 8 9; do ln /data/half /data/half$i; done')).exitCode).toBe(0);
    expect((await sh('dd if=/dev/zero of=/data/sparse bs=1 count=0 seek=1G')).exitCode).toBe(0);
    const overSparse = 'dd if=/dev/urandom of=/data/sparse bs=1M count=60 seek=100 conv=notrunc,fsync';
    expect((await sh(overSparse)).stderr).toMatch(full);
    await sh('rm /data/*; sync');
  });

  it('grows, and does not shrink below what is there', async () => {
    if (pool === 'main') await docker.ok('stop', '--time', '0', container);
    expect(await holdfast.ok('volume', 'resize', volume, '200m')).toBe(volume);
    if (pool === 'main') await docker.ok('start', container);
    expect(await written(container, 'big', 150)).not.toMatch(full);
    if (pool === 'main') await docker.ok('stop', '--time', '0', container);
    const { exitCode, stderr } = await holdfast.run(['volume', 'resize', volume, '50m']);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`resize ${volume}: it holds`)]);
    const { body } = await call(`GET /volumes/${volume}`);
    expect(body).toMatchObject({ Options: { pool, size: '200m' } });
    if (pool === 'main') await docker.ok('start', container);
    expect(await docker.ok('exec', container, 'ls', '/data')).toBe('big');
  });
});
