import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../host/index.ts';
import { type ApiServer, createServer } from './server.ts';
import { groupId } from './socket-file.ts';
import { fetchAnswer, open } from './testsuite/http-client.ts';
import { memoryEngine } from './testsuite/memory-engine.ts';

let folder: string;
let path: string;
let server: ApiServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-socket-'));
  path = join(folder, 'run', 'api.sock');
  server = createServer(memoryEngine(), { version: '1', log: silentLog });
});
afterEach(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true, force: true });
});

test('a socket is for root and one group only, and its folder is made', async () => {
  await server.listen({ path, group: '' });
  const { mode, uid, gid } = statSync(path);
  expect(mode & 0o777).toBe(0o660);
  expect(uid).toBe(0);
  const docker = /^docker:[^:]*:(\d+):/m.exec(readFileSync('/etc/group', 'utf8'))?.[1];
  expect(gid).toBe(Number(docker ?? 0));
  expect((await fetchAnswer(path, '/_ping')).text).toBe('OK');
});

test('its group may be named or numbered', async () => {
  expect(groupId('root')).toBe(0);
  expect(groupId('12345')).toBe(12345);
  await server.listen({ path, group: '12345' });
  expect(statSync(path).gid).toBe(12345);
  const other = server.listen({ path: join(folder, 'other.sock'), group: 'no-such-group' });
  await expect(other).rejects.toThrow('group no-such-group does not exist');
});

test('several sockets are served, and gone after close', async () => {
  const second = join(folder, 'second.sock');
  await server.listen({ path, group: '' });
  await server.listen({ path: second, group: '' });
  expect((await fetchAnswer(second, '/_ping')).text).toBe('OK');
  await server.close(0);
  expect(existsSync(path)).toBe(false);
  expect(existsSync(second)).toBe(false);
});

test('a socket that a dead daemon left is replaced', async () => {
  const child = createNetServer();
  const stale = join(folder, 'stale.sock');
  await new Promise<void>((resolve) => child.listen(stale, resolve));
  // Closed without Node's unlinking: the file stays, as after a kill -9.
  const kept = join(folder, 'kept.sock');
  const { linkSync } = await import('node:fs');
  linkSync(stale, kept);
  await new Promise((resolve) => child.close(resolve));
  expect(statSync(kept).isSocket()).toBe(true);
  await server.listen({ path: kept, group: '' });
  expect((await fetchAnswer(kept, '/_ping')).text).toBe('OK');
});

test('a socket that answers, and a file that is none, are left alone', async () => {
  await server.listen({ path, group: '' });
  const second = createServer(memoryEngine(), { version: '1', log: silentLog });
  await expect(second.listen({ path, group: '' })).rejects.toThrow('another daemon is listening there');
  expect((await fetchAnswer(path, '/_ping')).text).toBe('OK');
  const file = join(folder, 'file');
  writeFileSync(file, 'mine');
  await expect(second.listen({ path: file, group: '' })).rejects.toThrow('it exists and is not a socket');
  expect(readFileSync(file, 'utf8')).toBe('mine');
  chmodSync(file, 0o600);
});

test('close lets a request finish and ends the streams that would go on', async () => {
  await server.listen({ path, group: '' });
  const events = await open(path, '/events');
  const ended = new Promise((resolve) => events.on('close', resolve).on('error', resolve).resume());
  await server.close(50);
  await ended;
});
