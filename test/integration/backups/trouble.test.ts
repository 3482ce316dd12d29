import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { BackupStatus } from '../../../src/wire/index.ts';
import { findExecutable, runProgram } from '../../support/program.ts';
import { semantics } from '../../support/semantics.ts';
import { mountPoints, tracesOf } from '../../support/traces.ts';

const { daemon, holdfast } = semantics();
const root = () => join(daemon.dataRoot, 'backups');
const repository = () => join(root(), 'repository');
const keyFile = () => join(root(), 'repositories/local/key');
const dataOf = (volume: string, file: string) => join(daemon.dataRoot, 'volumes', volume, '_data', file);
const idle = ['alpine', 'sh', '-c', 'trap exit TERM; while true; do sleep 0.2; done'];

const healthy = ['--health-cmd', 'test -s /data/state', '--health-interval', '1s'];

async function volumeWith(name: string, bytes: number): Promise<void> {
  await holdfast.ok('volume', 'create', name);
  writeFileSync(dataOf(name, 'noise'), randomBytes(bytes));
}

async function untilTrue(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

/** Runs restic as somebody else who holds a lock on the repository and is gone, all at once. */
async function leaveLock(prefix: string[] = []): Promise<void> {
  const restic = [findExecutable('restic'), '-r', repository(), '--password-file', keyFile(), 'backup', '--stdin'];
  const [program = '', ...args] = [...prefix, ...restic];
  const child: ChildProcess = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
  await untilTrue(() => readdirSync(join(repository(), 'locks')).some((name) => /^[0-9a-f]{64}$/.test(name)));
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a drill', () => {
  test('proves that a backup can be lived on, by what its container would do', async () => {
    await holdfast.ok('run', '-d', '--name', 'app', '-v', 'proven:/data', ...healthy, ...idle);
    writeFileSync(dataOf('proven', 'state'), randomBytes(100_000));
    await holdfast.ok('backup', 'run', 'proven');
    expect(await holdfast.ok('backup', 'drill', 'proven')).toMatch(/^proven: backup [0-9a-f]{8} is proven restorable/);
    const { body } = await daemon.request('/holdfast/v1/backups/status');
    const drill = (body as BackupStatus[]).find(({ volume }) => volume === 'proven')?.lastDrill;
    expect(drill).toMatchObject({ passed: true, proof: 'health check', image: expect.stringMatching(/^sha256:/) });
  });

  test('runs a command in place of the health check, without a network, and leaves nothing', async () => {
    const command = 'test ! -e /sys/class/net/eth0 && test -s /data/state';
    await holdfast.ok('backup', 'drill', '--command', command, 'proven');
    const failed = await holdfast.run([
      'backup',
      'drill',
      '--command',
      'echo cannot; false',
      '--timeout',
      '1',
      'proven',
    ]);
    expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no proof within 1 seconds') });
    expect(await holdfast.ok('ps', '-a', '--format', '{{.Names}}')).toBe('app');
    expect(await holdfast.ok('volume', 'ls', '-q')).toBe('proven');
    expect(await holdfast.ok('backup', 'status', '--format', '{{.Drill}}')).toBe('failed');
  });
});

describe('one wrong byte in a backup', () => {
  let pack = '';
  const flip = () => {
    const bytes = readFileSync(pack);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    chmodSync(pack, 0o600);
    writeFileSync(pack, bytes);
  };

  test('is found by verify', async () => {
    const data = join(repository(), 'data');
    const packs = readdirSync(data).flatMap((folder) =>
      readdirSync(join(data, folder)).map((name) => join(data, folder, name)),
    );
    pack = packs.sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
    expect(await holdfast.ok('backup', 'verify', '--read-data')).toContain(
      'local: no errors in 1 backup (data read: all)',
    );
    flip();
    const found = await holdfast.run(['backup', 'verify', '--read-data']);
    expect(found).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('repository "local"') });
    expect(found.stderr).toContain('is damaged');
  });

  test('is found by a drill and by a restore, which leaves nothing', async () => {
    const drill = await holdfast.run(['backup', 'drill', 'proven']);
    expect(drill).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is damaged') });
    const restore = await holdfast.run(['backup', 'restore', 'proven', '--to', 'again']);
    expect(restore).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is damaged') });
    expect(await holdfast.ok('volume', 'ls', '-q')).toBe('proven');
    flip();
    expect(await holdfast.ok('backup', 'restore', 'proven', '--to', 'again')).toBe('again');
  });
});

test('a wrong key is told', async () => {
  const key = readFileSync(keyFile(), 'utf8');
  writeFileSync(keyFile(), 'wrong\n');
  const refused = await holdfast.run(['backup', 'run', 'proven']);
  writeFileSync(keyFile(), key);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('the key does not open it') });
});

test('a lock that a process of this machine left is taken away; one of another machine is told of, and respected', async () => {
  await leaveLock();
  expect(await holdfast.ok('backup', 'verify')).toContain('no errors');
  const elsewhere = ['unshare', '--uts', 'sh', '-c', 'hostname elsewhere && exec "$0" "$@"'];
  await leaveLock(elsewhere);
  const refused = await holdfast.run(['backup', 'verify']);
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.stderr).toMatch(/is locked by process \d+ on elsewhere \(root.*\) since \d{4}-/);
  for (const lock of readdirSync(join(repository(), 'locks')))
    await runProgram(['rm', '-f', join(repository(), 'locks', lock)]);
});

test('a full disk is told, and what was there before stays', async () => {
  const small = join(daemon.folder, 'small');
  mkdirSync(small);
  await runProgram(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]);
  await volumeWith('large', 8_000_000);
  await holdfast.ok('backup', 'repo', 'add', 'small', join(small, 'repository'));
  await holdfast.ok('backup', 'run', '--repo', 'small', 'proven');
  const refused = await holdfast.run(['backup', 'run', '--repo', 'small', 'large']);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no space is left') });
  expect((await holdfast.ok('backup', 'ls', '-q', '--repo', 'small')).split('\n')).toHaveLength(1);
  const alarms = await holdfast.ok('events', '--since', '1h', '--until', '0s', '--filter', 'event=disk-nearly-full');
  expect(alarms === '' || alarms.includes('repository=small')).toBe(true);
  await runProgram(['umount', small]);
});

describe('a daemon that is killed', () => {
  const stages = () => mountPoints().filter((path) => path.startsWith(join(daemon.execRoot, 'backups')));
  const restics = () => tracesOf(daemon.folder, []).processes.filter((line) => / restic /.test(line));

  test('during a backup: what was stopped runs again, and the next backup goes through', async () => {
    await holdfast.ok(
      'run',
      '-d',
      '--name',
      'halted',
      '--label',
      'holdfast.backup.stop=true',
      '-v',
      'huge:/data',
      ...idle,
    );
    for (const name of ['one', 'two', 'three']) writeFileSync(dataOf('huge', name), randomBytes(40_000_000));
    const cut = holdfast.run(['backup', 'run', 'huge']);
    await untilTrue(() => stages().length > 0);
    await daemon.kill();
    expect((await cut).exitCode).not.toBe(0);
    await daemon.start();
    expect(stages()).toEqual([]);
    while ((await holdfast.ok('ps', '-q', '-f', 'name=halted')) === '') await sleep(20);
    expect(await holdfast.ok('backup', 'run', 'huge')).toMatch(/ stopped\)$/);
    expect(await holdfast.ok('backup', 'verify')).toContain('no errors');
  });

  test('during a restore: there is no volume, and no process that goes on', async () => {
    const cut = holdfast.run(['backup', 'restore', 'huge', '--to', 'half']);
    await untilTrue(() => restics().length > 0);
    await daemon.kill();
    await cut;
    await untilTrue(() => restics().length === 0);
    await daemon.start();
    const folders = () => readdirSync(join(daemon.dataRoot, 'volumes')).filter((name) => name.startsWith('.new-'));
    await untilTrue(() => folders().length === 0);
    expect((await holdfast.ok('volume', 'ls', '-q')).split('\n')).not.toContain('half');
    expect(await holdfast.ok('backup', 'restore', 'huge', '--to', 'half')).toBe('half');
    expect(readFileSync(dataOf('half', 'two')).equals(readFileSync(dataOf('huge', 'two')))).toBe(true);
  });
});
