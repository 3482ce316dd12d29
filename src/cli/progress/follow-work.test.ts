import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../../client/index.ts';
import type { App } from '../app.ts';
import { TestEngine } from '../testing/engine.ts';
import { followWork } from './follow-work.ts';

let engine: TestEngine;
let client: ApiClient;
let stderr: PassThrough;
beforeEach(async () => {
  engine = new TestEngine();
  await engine.start();
  client = new ApiClient({ endpoint: { kind: 'unix', url: 'unix://x', path: engine.socket }, userAgent: 'test' });
  stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
});
afterEach(() => {
  client.close();
  engine.stop();
});

function follow(...lines: object[]): Promise<unknown> {
  engine.on('POST /work', (_, response) => response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  const app = { stderr, client: () => client } as unknown as App;
  return followWork(app, { method: 'POST', path: '/work' }, { what: 'Working' });
}

test('shows how far it is, and answers what it came to', async () => {
  const result = await follow({ progress: { done: 1000, total: 2000 } }, { result: { moved: true } });
  expect(result).toEqual({ moved: true });
  expect(String(stderr.read())).toContain('1kB/2kB');
});

test('fails with the words of the daemon', async () => {
  const failing = follow({ progress: { done: 1, total: 0 } }, { error: { message: 'no room' } });
  await expect(failing).rejects.toMatchObject({ kind: 'system', message: 'Error response from daemon: no room' });
});

test('fails where the daemon ends first', async () => {
  await expect(follow({ progress: { done: 1, total: 0 } })).rejects.toThrow('the daemon ended before the work did');
});
