import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { endCleanly } from '../../support/end-cleanly.ts';
import { makeFolder, removeFolder } from '../../support/folder.ts';
import { ObjectStore } from '../../support/object-store.ts';
import { runProgram } from '../../support/program.ts';
import { semantics } from '../../support/semantics.ts';
import { readTree } from '../../support/tree.ts';

const { daemon, holdfast, docker } = semantics();
const folder = makeFolder();
let store: ObjectStore;
const envFile = join(folder, 'env');
const keyFile = join(folder, 'key');
const key = 'correct horse battery staple';

beforeAll(async () => {
  store = await ObjectStore.start(folder);
  writeFileSync(envFile, store.environment);
  writeFileSync(keyFile, `${key}\n`);
});
afterAll(async () => {
  await store.stop();
  removeFolder(folder);
});

/** Things a backup easily loses. */
const awkward = [
  'mkdir -p /data/deep/er /data/empty',
  'echo secret > /data/deep/er/key && chmod 600 /data/deep/er/key && chown 1234:4321 /data/deep/er/key',
  'ln -s deep/er/key /data/pointer && ln /data/deep/er/key /data/twin',
  'head -c 3000000 /dev/urandom > /data/noise && touch "/data/name with spaces" /data/.hidden',
  'chmod 2770 /data/empty && chown 7:7 /data/empty && chown 999:999 /data && chmod 700 /data',
];
const add = (cli: CommandLine) =>
  cli.run(['backup', 'repo', 'add', '--password-file', keyFile, '--env-file', envFile, 'offsite', store.location]);
const dataOf = (of: TestDaemon, volume: string) => join(of.dataRoot, 'volumes', volume, '_data');

/** What every process was started with, again and again until `until` settles. */
async function commandLinesWhile(until: Promise<unknown>): Promise<string> {
  const seen = new Set<string>();
  let over = false;
  const settled = until.finally(() => {
    over = true;
  });
  while (!over) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
      } catch {
        // It has ended.
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await settled;
  return [...seen].join('\n');
}

test('a volume goes to S3, and its secrets nowhere', async () => {
  await holdfast.ok('volume', 'create', '--label', 'team=blue', '-o', 'mode=0700', 'db');
  await docker.ok('run', '--rm', '-v', 'db:/data', 'alpine', 'sh', '-c', awkward.join(' && '));
  expect(await add(holdfast)).toMatchObject({ exitCode: 0, stdout: 'offsite\n', stderr: '' });
  const running = holdfast.run(['backup', 'run', 'db']);
  const lines = await commandLinesWhile(running);
  expect(await running).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('db: backup ') });
  expect(lines).toContain('restic\0backup');
  const listed = await holdfast.ok('backup', 'repo', 'ls');
  for (const place of [lines, daemon.log(), listed]) {
    expect(place).not.toContain(store.secret);
    expect(place).not.toContain(key);
  }
});

test('it comes back on an empty data root, with nothing but the repository and its key', async () => {
  const other = new TestDaemon();
  await other.start();
  const cli = new CommandLine('holdfast', other.host);
  expect((await add(cli)).stderr).toContain('Opened the repository');
  expect(await cli.ok('backup', 'ls', '--format', '{{.Volume}} {{.Consistency}}')).toBe('db unused');
  expect(await cli.ok('backup', 'restore', 'db')).toBe('db');
  expect(await readTree(dataOf(other, 'db'))).toEqual(await readTree(dataOf(daemon, 'db')));
  const facts = ['volume', 'inspect', '-f', '{{json .Labels}} {{json .Options}}', 'db'];
  expect(await cli.ok(...facts)).toBe(await holdfast.ok(...facts));
  await endCleanly(other);
});

test('plain restic makes a volume that a daemon finds', async () => {
  const other = new TestDaemon();
  const environment = Object.fromEntries(
    store.environment.split('\n').map((line) => [line.split('=')[0] ?? '', line.split('=')[1] ?? '']),
  );
  const target = join(other.dataRoot, 'volumes', 'db');
  const words = ['restic', '-r', store.location, '--password-file', keyFile, '--no-cache'];
  const restored = await runProgram([...words, 'restore', 'latest', '--tag', 'volume=db', '--target', target], {
    env: environment,
  });
  expect(restored).toMatchObject({ exitCode: 0 });
  await other.start();
  const cli = new CommandLine('holdfast', other.host);
  expect(await cli.ok('volume', 'ls', '-q', '-f', 'label=team=blue')).toBe('db');
  expect(await readTree(dataOf(other, 'db'))).toEqual(await readTree(dataOf(daemon, 'db')));
  await endCleanly(other);
});

test('what is wrong with a place is said, without its secrets', async () => {
  const refusal = async (location: string, environment = store.environment) => {
    writeFileSync(envFile, environment);
    const words = ['--password-file', keyFile, '--env-file', envFile, 'other', location];
    const { exitCode, stderr } = await holdfast.run(['backup', 'repo', 'add', ...words]);
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain(key);
    return stderr;
  };
  const away = 's3:https://127.0.0.1:1/backups/repository';
  expect(await refusal(away)).toContain(`repository "other" (${away}) cannot be reached`);
  expect(await refusal(store.location, `${store.environment}SSL_CERT_FILE=/dev/null\n`)).toContain('cannot be reached');
  writeFileSync(keyFile, 'wrong\n');
  expect(await refusal(store.location)).toContain('the key does not open it');
  expect(await refusal('rest:http://me:hunter22@127.0.0.1:1/')).toContain('(rest:http://me:***@127.0.0.1:1/)');
  writeFileSync(keyFile, `${key}\n`);
  expect(await holdfast.ok('backup', 'repo', 'ls', '-q')).toBe('offsite');
});
