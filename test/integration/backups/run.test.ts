import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupStatus } from '../../../src/wire/index.ts';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';

const daemon = new TestDaemon();
const holdfast = new CommandLine('holdfast', daemon.host);
const alarms: Array<{ alarm: string; volume: string; attributes: Record<string, string> }> = [];
const hook = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    alarms.push(JSON.parse(body));
    // Refused once: an alarm is tried again.
    response.writeHead(alarms.length === 1 ? 500 : 204).end();
  });
});
const secret = 'T0123456789';

beforeAll(async () => {
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const webhook = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/${secret}`;
  writeFileSync(join(daemon.folder, 'daemon.json'), JSON.stringify({ backups: { webhook } }));
  daemon.flags.push('--config-file', join(daemon.folder, 'daemon.json'));
});
afterAll(() => void hook.close());
withDaemon(daemon, ['alpine']);

const dataOf = (volume: string, file: string) => join(daemon.dataRoot, 'volumes', volume, '_data', file);
const idle = ['alpine', 'sh', '-c', 'trap exit TERM; while true; do sleep 0.2; done'];
const runningIds = () => holdfast.ok('ps', '-q', '--no-trunc');
const statusOf = async (volume: string): Promise<BackupStatus | undefined> => {
  const { body } = await daemon.request('/holdfast/v1/backups/status');
  return (body as BackupStatus[]).find((each) => each.volume === volume);
};

/** Waits for what the daemon does behind its answers. */
async function until<T>(ask: () => T | Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a backup of a volume in use', () => {
  test('makes a repository on first use, with a loud word about its key', async () => {
    await holdfast.ok('run', '-d', '--name', 'writer', '-v', 'busy:/data', ...idle);
    const { exitCode, stdout, stderr } = await holdfast.run(['backup', 'run', 'busy']);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/^busy: backup [0-9a-f]{8} in local \(0B in 0 files/),
    ]);
    const keyFile = join(daemon.dataRoot, 'backups/repositories/local/key');
    expect(stderr).toContain(`cat ${keyFile}`);
    expect(stderr).toContain('busy was read while writer could write to it');
    expect(stderr).not.toContain(readFileSync(keyFile, 'utf8').trim());
  });

  test('runs hooks in its containers; one that fails before it prevents it, and what comes after runs all the same', async () => {
    const labels = (pre: string) => [
      ...['--label', `holdfast.backup.exec-pre=${pre}`],
      ...['--label', 'holdfast.backup.exec-post=echo after >> /data/hooks'],
    ];
    await holdfast.ok('run', '-d', ...labels('echo before >> /data/hooks'), '-v', 'hooked:/data', ...idle);
    await holdfast.ok('backup', 'run', 'hooked');
    expect(readFileSync(dataOf('hooked', 'hooks'), 'utf8')).toBe('before\nafter\n');
    expect(await holdfast.ok('backup', 'restore', 'hooked', '--to', 'was')).toBe('was');
    expect(readFileSync(dataOf('was', 'hooks'), 'utf8')).toBe('before\n');

    await holdfast.ok('run', '-d', '--name', 'sulking', ...labels('echo no >&2; exit 3'), '-v', 'sulk:/data', ...idle);
    const refused = await holdfast.run(['backup', 'run', 'sulk']);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain('the backup hook of container sulking failed with exit code 3: no');
    expect(readFileSync(dataOf('sulk', 'hooks'), 'utf8')).toBe('after\n');
    expect(await statusOf('sulk')).toMatchObject({ lastBackup: null, isFailing: true });
    expect(await holdfast.run(['backup', 'status'])).toMatchObject({ exitCode: 1 });
  });

  test('tells of what went wrong by events and by the webhook, whose address stays secret', async () => {
    const failed = await until(
      () => alarms.filter(({ alarm }) => alarm === 'backup-failed'),
      (found) => found.length === 2,
    );
    expect(failed[1]).toEqual(failed[0]);
    expect(failed[0]).toMatchObject({
      volume: 'sulk',
      attributes: { message: expect.stringContaining('exit code 3') },
    });
    const events = await holdfast.ok('events', '--since', '1h', '--until', '0s', '--filter', 'event=backup-failed');
    expect(events).toContain('volume backup-failed sulk');
    expect(daemon.log()).not.toContain(secret);
  });

  test('stops containers where a label says so, and starts exactly those again', async () => {
    const label = ['--label', 'holdfast.backup.stop=true'];
    await holdfast.ok('volume', 'create', ...label, 'still');
    await holdfast.ok('run', '-d', '--name', 'first', '-v', 'still:/data', ...idle);
    await holdfast.ok('create', '--name', 'asleep', '-v', 'still:/data', ...idle);
    const before = await runningIds();
    expect(await holdfast.ok('backup', 'run', 'still')).toMatch(/ stopped\)$/);
    expect(await runningIds()).toBe(before);
    const actions = await holdfast.ok('events', '--since', '1h', '--until', '0s', '--filter', 'container=first');
    expect(actions).toContain('container stop');
    await holdfast.ok('run', '-d', '--rm', '--name', 'brief', '-v', 'still:/data', ...idle);
    const refused = await holdfast.run(['backup', 'run', 'still']);
    expect(refused.stderr).toContain('container brief was started with --rm');
    await holdfast.ok('rm', '-f', 'brief');
  });
});

describe('files of one moment', () => {
  /** Two files that always say the same but for the moment between two writes. */
  const put = (name: string) => `echo $i > /data/.new; mv /data/.new /data/${name}`;
  const pair = `i=0; while true; do i=$((i+1)); ${put('a')}; ${put('b')}; done`;
  const numbers = (volume: string) => ['a', 'b'].map((name) => Number(readFileSync(dataOf(volume, name), 'utf8')));

  test('come from containers that are frozen for the run, which go on after it', async () => {
    await holdfast.ok('run', '-d', '--name', 'counter', '-v', 'pairs:/data', 'alpine', 'sh', '-c', pair);
    await until(
      () => holdfast.ok('exec', 'counter', 'ls', '/data'),
      (names) => names === 'a\nb',
    );
    expect(await holdfast.ok('backup', 'run', '--freeze', 'pairs')).toMatch(/ frozen\)$/);
    const [was = 0] = numbers('pairs');
    await until(
      () => numbers('pairs')[0] ?? 0,
      (now) => now > was,
    );
    await holdfast.ok('backup', 'restore', 'pairs', '--to', 'paired');
    const [a = 0, b = 0] = numbers('paired');
    expect([b, b + 1]).toContain(a);
  });

  test('are what a preset asks for', async () => {
    await holdfast.ok('run', '-d', '--label', 'holdfast.backup.preset=sqlite', '-v', 'lite:/data', ...idle);
    expect(await holdfast.ok('backup', 'run', 'lite')).toMatch(/ frozen\)$/);
    await holdfast.ok('run', '-d', '--label', 'holdfast.backup.preset=oracle', '-v', 'delphi:/data', ...idle);
    const refused = await holdfast.run(['backup', 'run', 'delphi']);
    expect(refused.stderr).toContain('no such backup preset: oracle (there are postgres, ');
  });

  test('take the place of what a volume has, which goes into the trash', async () => {
    const busy = await holdfast.run(['backup', 'restore', 'pairs']);
    expect(busy.stderr).toContain(
      'volume pairs is in use by counter: stop what runs on it first (docker stop counter)',
    );
    await holdfast.ok('rm', '-f', 'counter');
    writeFileSync(dataOf('pairs', 'a'), 'later\n');
    const { exitCode, stderr } = await holdfast.run(['backup', 'restore', 'pairs']);
    expect(exitCode).toBe(0);
    expect(numbers('pairs')).toEqual(numbers('paired'));
    const command = /kept: holdfast (.*)$/m.exec(stderr)?.[1]?.replace('NEW', 'before').split(' ') ?? [];
    await holdfast.ok(...command);
    expect(readFileSync(dataOf('before', 'a'), 'utf8')).toBe('later\n');
    const part = await holdfast.run(['backup', 'restore', 'pairs', '--path', 'a']);
    expect(part.stderr).toContain('restore it beside with --to NEW');
  });
});

test('a backup that shrank by more than half is an alarm', async () => {
  await holdfast.ok('volume', 'create', '--label', 'holdfast.backup.max-duration=1ms', 'less');
  writeFileSync(dataOf('less', 'big'), Buffer.alloc(10_000));
  writeFileSync(dataOf('less', 'small'), Buffer.alloc(4000));
  await holdfast.ok('backup', 'run', 'less');
  rmSync(dataOf('less', 'big'));
  await holdfast.ok('backup', 'run', 'less');
  const shrank = await until(
    () => alarms.find(({ alarm }) => alarm === 'backup-shrank'),
    (found) => found !== undefined,
  );
  expect(shrank).toMatchObject({ volume: 'less', attributes: { before: '14000', bytes: '4000' } });
  expect(alarms.some(({ alarm, volume }) => alarm === 'backup-slow' && volume === 'less')).toBe(true);
});

test('old backups go by what is to be kept, those of volumes of which nothing is said stay', async () => {
  const refused = await holdfast.run(['backup', 'prune', 'less']);
  expect(refused.stderr).toContain('nothing is said of less');
  expect(await holdfast.ok('backup', 'prune', '--dry-run', '--keep', '1d', 'less')).toContain('Would remove 1, kept');
  expect(await holdfast.ok('backup', 'prune', '--keep', '1d', 'less')).toContain('Removed 1, kept');
  const left = await holdfast.ok('backup', 'ls', '--format', '{{.Volume}}');
  expect(left.split('\n').filter((name) => name === 'less')).toHaveLength(1);
  expect(left).toContain('hooked');
});

test('a scheduled backup that was missed is made up for once, and told of', async () => {
  await holdfast.ok('volume', 'create', '--label', 'holdfast.backup.schedule=@daily', 'daily');
  writeFileSync(dataOf('daily', 'file'), 'here');
  await holdfast.ok('backup', 'run', 'daily');
  await daemon.stop();
  const ledger = join(daemon.dataRoot, 'backups/volumes/daily.json');
  const entry = JSON.parse(readFileSync(ledger, 'utf8'));
  const longAgo = '2020-01-01T00:00:00.000Z';
  writeFileSync(ledger, JSON.stringify({ ...entry, lastBackup: { ...entry.lastBackup, time: longAgo } }));
  // As the file system would have it after so long: the age of a volume counts as well.
  const record = join(daemon.dataRoot, 'volumes/daily/volume.json');
  writeFileSync(record, readFileSync(record, 'utf8').replace(/"createdAt":"[^"]+"/, `"createdAt":"${longAgo}"`));
  await daemon.start();
  const found = await until(
    () => statusOf('daily'),
    (status) => status?.lastBackup?.time !== longAgo,
  );
  expect(found).toMatchObject({ isFailing: false, schedule: '@daily' });
  expect(Date.parse(found?.next ?? '')).toBeGreaterThan(Date.now());
  await until(
    () => alarms.find(({ alarm }) => alarm === 'backup-missed'),
    (alarm) => alarm?.volume === 'daily',
  );
  expect((await holdfast.ok('backup', 'ls', '-q', 'daily')).split('\n')).toHaveLength(2);
});
