import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder, removeFolder } from '../../support/folder.ts';
import { type Result, runProgram } from '../../support/program.ts';

const holdfast = fileURLToPath(new URL('../../../bin/holdfast', import.meta.url));

/** A machine's own folders for Holdfast, without a daemon on them. */
function machine(folders: { data?: string; run?: string } = {}) {
  const folder = makeFolder();
  const env = {
    HOLDFAST_DATA_ROOT: folders.data ?? join(folder, 'data'),
    HOLDFAST_EXEC_ROOT: folders.run ?? join(folder, 'run'),
    HOLDFAST_HOST: '',
    DOCKER_HOST: '',
  };
  const run = (...words: string[]): Promise<Result> => runProgram([holdfast, ...words], { env });
  return { folder, run };
}

/** Ends the daemon that a command has started, and waits until it has let go of its folders. */
async function endDaemon(folder: string): Promise<void> {
  const pidfile = join(folder, 'run', 'holdfast.pid');
  process.kill(Number(readFileSync(pidfile, 'utf8')), 'SIGTERM');
  await expect.poll(() => existsSync(pidfile), { timeout: 30_000 }).toBe(false);
}

test('commands start one daemon where none answers, and it goes on after them', async () => {
  const { folder, run } = machine();
  onTestFinished(() => removeFolder(folder));
  const made = await Promise.all(['first', 'second'].map((name) => run('volume', 'create', name)));
  onTestFinished(() => endDaemon(folder));
  for (const result of made) expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await run('volume', 'ls', '-q')).toEqual({ exitCode: 0, stdout: 'first\nsecond\n', stderr: '' });
});

test('a daemon that cannot start is told with its last words', async () => {
  const { folder, run } = machine();
  onTestFinished(() => removeFolder(folder));
  writeFileSync(join(folder, 'data'), 'a file');
  const { exitCode, stderr } = await run('volume', 'ls');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^Cannot start the Holdfast daemon: .*data-root cannot be .*\nIts log is .*daemon\.log/);
});

test('a folder that keeps nothing is told at once', async () => {
  const { folder, run } = machine({ run: '/proc/not_there/run' });
  onTestFinished(() => removeFolder(folder));
  const { exitCode, stderr } = await run('volume', 'ls');
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "Cannot start the Holdfast daemon: ENOENT: no such file or directory, mkdir '/proc/not_there'",
  );
});
