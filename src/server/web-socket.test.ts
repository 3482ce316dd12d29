import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { fetchAnswer } from './testsuite/http-client.ts';
import { type ServedEngine, serveMemoryEngine } from './testsuite/served-engine.ts';

let served: ServedEngine;
beforeEach(async () => {
  served = await serveMemoryEngine();
});
afterEach(() => served.close());

test('a container’s streams over a web socket', async () => {
  const container = served.engine.containers.add('c1');
  const socket = new WebSocket(`ws+unix://${served.path}:/v1.45/containers/c1/attach/ws?stream=1&stdin=1&stdout=1`);
  const received: Buffer[] = [];
  socket.on('message', (data: Buffer) => received.push(data));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('typed');
  const [typed] = await Promise.all([new Promise((resolve) => container.stdin.once('data', resolve))]);
  expect(String(typed)).toBe('typed');
  container.write(1, 'out');
  container.exit(0);
  await new Promise((resolve) => socket.once('close', resolve));
  expect(Buffer.concat(received).toString()).toBe('out');
});

test('needs a web socket and a container', async () => {
  served.engine.containers.add('c1');
  expect((await fetchAnswer(served.path, '/containers/c1/attach/ws')).json.message).toBe('bad web socket request');
  const socket = new WebSocket(`ws+unix://${served.path}:/containers/nope/attach/ws?stream=1`);
  const error = await new Promise((resolve) => socket.once('error', resolve));
  expect(String(error)).toContain('404');
});
