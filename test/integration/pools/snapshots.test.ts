import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { semantics } from '../../support/semantics.ts';

/* What a volume's data goes through in a pool whose copies are instant. */

const { daemon, docker, holdfast } = semantics();

const count = 'i=0; while :; do i=$((i+1)); echo $i >> /data/a; echo $i >> /data/b; done';
const line = (volume: string, file: string) =>
  docker.ok('run', '--rm', '-v', `${volume}:/data`, 'alpine', 'tail', '-n', '1', `/data/${file}`);
const snapshots = (volume: string) => holdfast.ok('volume', 'snapshot', 'ls', '-q', volume);

beforeAll(async () => {
  await holdfast.ok('pool', 'create', '--driver', 'btrfs', '--size', '500m', 'fast');
  await docker.ok('volume', 'create', '-o', 'pool=fast', '-o', 'size=100m', 'data');
  await docker.ok('run', '-d', '--name', 'writer', '-v', 'data:/data', 'alpine', 'sh', '-c', count);
  await docker.ok('exec', 'writer', 'sh', '-c', 'until test -s /data/b; do sleep 0.1; done');
});

afterAll(async () => {
  await holdfast.ok('volume', 'trash', 'empty', '-f');
  await holdfast.ok('pool', 'rm', 'fast');
});

it('a volume in use is snapshotted without a question, and both files fit together', async () => {
  const taken = await holdfast.run(['volume', 'snapshot', 'create', '-n', 'first', 'data']);
  expect(taken).toMatchObject({ exitCode: 0, stdout: 'data@first\n', stderr: expect.stringMatching(/stood still/) });
  await holdfast.ok('volume', 'clone', 'data@first', 'copy');
  expect(await docker.ok('volume', 'inspect', '-f', '{{.Mountpoint}}', 'copy')).toContain('/pools/fast/');
  const [a, b] = [Number(await line('copy', 'a')), Number(await line('copy', 'b'))];
  expect(a).toBeGreaterThan(0);
  expect([0, 1]).toContain(a - b);
  await holdfast.ok('volume', 'rm', '--now', 'copy');
});

it('a backup of it is made from a snapshot that goes again, and an export of a snapshot is its data', async () => {
  const before = await snapshots('data');
  await holdfast.ok('backup', 'run', 'data');
  expect(await holdfast.ok('backup', 'ls', '--format', '{{.Consistency}}')).toBe('snapshot');
  expect(await snapshots('data')).toBe(before);
  const archive = join(daemon.folder, 'first.tar.zst');
  await holdfast.ok('volume', 'export', '--snapshot', 'first', '-o', archive, 'data');
  await holdfast.ok('volume', 'import', 'imported', archive);
  await holdfast.ok('volume', 'clone', 'data@first', 'copy');
  expect(await line('imported', 'a')).toBe(await line('copy', 'a'));
  await holdfast.ok('volume', 'rm', '--now', 'copy', 'imported');
});

it('it goes back to the snapshot, keeps its limit, and through the trash with all its snapshots', async () => {
  await docker.ok('rm', '-f', 'writer');
  const [, before] = (await holdfast.ok('volume', 'rollback', 'data', 'first')).split('@');
  expect(await snapshots('data')).toBe(`first\n${before}`);
  expect(Number(await line('data', 'a'))).toBeGreaterThan(0);
  const tooMuch = ['dd', 'if=/dev/urandom', 'of=/data/big', 'bs=1M', 'count=150', 'conv=fsync'];
  expect((await docker.run(['run', '--rm', '-v', 'data:/data', 'alpine', ...tooMuch])).stderr).toMatch(/quota|space/i);
  await docker.ok('volume', 'rm', 'data');
  const [id = ''] = (await holdfast.ok('volume', 'trash', 'ls', '-q')).split('\n');
  await holdfast.ok('volume', 'trash', 'restore', '--as', 'again', id);
  expect(await snapshots('again')).toBe(`first\n${before}`);
  await holdfast.ok('volume', 'rm', '--now', 'again');
  await expect.poll(() => existsSync(join(daemon.dataRoot, 'pools', 'fast', 'volumes', 'again'))).toBe(false);
});

it('a volume that is limited by a file is not rolled back but cloned', async () => {
  await docker.ok('volume', 'create', '-o', 'size=50m', 'small');
  await docker.ok('run', '--rm', '-v', 'small:/data', 'alpine', 'sh', '-c', 'echo old > /data/a');
  await holdfast.ok('volume', 'snapshot', 'create', '-n', 'then', 'small');
  await docker.ok('run', '--rm', '-v', 'small:/data', 'alpine', 'sh', '-c', 'echo new > /data/a');
  const refused = await holdfast.run(['volume', 'rollback', 'small', 'then']);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('volume clone small@then NEW') });
  expect(await line('small', 'a')).toBe('new');
  await holdfast.ok('volume', 'clone', 'small@then', 'old');
  expect(await line('old', 'a')).toBe('old');
  await holdfast.ok('volume', 'rm', '--now', 'small', 'old');
});
