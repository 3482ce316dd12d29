import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';
import { spawnProcess } from './spawn-process.ts';
import { scratch } from './testsuite/scratch.ts';

it('is held by one until released, and says by whom', () => {
  const dir = scratch();
  const lock = lockDirectory(dir);
  expect(readFileSync(join(dir, 'daemon.lock'), 'utf8')).toBe(`${process.pid}\n`);
  expect(() => lockDirectory(dir)).toThrowError(`${dir} is used by another holdfast daemon (pid ${process.pid})`);
  try {
    lockDirectory(dir);
  } catch (error) {
    expect(error).toMatchObject({ kind: 'conflict' });
  }
  lock.release();
  lock.release();
  lockDirectory(dir).release();
});

it('replaces the longer process id of a lock left by a crash', () => {
  const dir = scratch();
  writeFileSync(join(dir, 'daemon.lock'), '99999999999999\n');
  lockDirectory(dir).release();
  expect(readFileSync(join(dir, 'daemon.lock'), 'utf8')).toBe(`${process.pid}\n`);
});

it('is free again when its process was killed, also while a child of it lives on', async () => {
  const dir = scratch();
  // flock(1) stands in for a daemon; `-o` keeps the lock from its child, as our O_CLOEXEC does.
  const other = spawnProcess(['flock', '-o', join(dir, 'daemon.lock'), 'sh', '-c', 'echo held; exec sleep 60']);
  await new Promise((resolve) => other.stdout.once('data', resolve));
  expect(() => lockDirectory(dir)).toThrowError(/is used by another holdfast daemon$/);
  const child = Number(readFileSync(`/proc/${other.pid}/task/${other.pid}/children`, 'utf8'));
  other.kill('SIGKILL');
  await other.exited;
  lockDirectory(dir).release();
  process.kill(child, 'SIGKILL');
});

it('is not inherited by programs we start', async () => {
  const dir = scratch();
  const lock = lockDirectory(dir);
  const child = spawnProcess(['sleep', '60'], { stdin: 'ignore' });
  lock.release();
  lockDirectory(dir).release();
  child.kill('SIGKILL');
  await child.exited;
});

it('names a folder that is missing', () => {
  expect(() => lockDirectory('/no/such/folder')).toThrowError(
    'open /no/such/folder/daemon.lock: no such file or directory',
  );
});
