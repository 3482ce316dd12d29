import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { conflict } from '../../../errors/index.ts';
import { silentLog } from '../../../host/index.ts';
import { createApplication } from '../../application.ts';
import type { Route } from '../../call.ts';
import { fetchAnswer, open } from '../../testsuite/http-client.ts';
import { streamWork, type Work, workAnswer } from './progress-stream.ts';

const folder = mkdtempSync('/tmp/holdfast-work-');
const path = join(folder, 'sock');
let cancelled = false;

const works: Record<string, Work<unknown>> = {
  quick: async () => ({ answer: 42 }),
  long: async ({ onProgress }) => {
    onProgress({ done: 1, total: 2 });
    onProgress({ done: 2, total: 2 });
    return { answer: 42 };
  },
  refused: async () => {
    throw conflict('it is in use');
  },
  broken: async ({ onProgress }) => {
    onProgress({ done: 1, total: 0 });
    throw conflict('it is in use');
  },
  endless: async ({ signal, onProgress }) => {
    onProgress({ done: 1, total: 0 });
    await once(signal, 'abort');
    cancelled = true;
  },
};
const routes = Object.entries(works).map(
  ([name, work]): Route => ({ method: 'GET', path: `/holdfast/v1/${name}`, handle: (call) => streamWork(call, work) }),
);
const application = createApplication({ routes, version: '1.2.3', log: silentLog });
const server = createServer((request, response) => application(request, response, () => true));

beforeAll(() => new Promise<void>((resolve) => server.listen(path, resolve)));
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test.each<[string, object[]]>([
  ['quick', [{ result: { answer: 42 } }]],
  ['long', [{ progress: { done: 1, total: 2 } }, { result: { answer: 42 } }]],
  ['broken', [{ progress: { done: 1, total: 0 } }, { error: { message: 'it is in use' } }]],
])('%s work', async (name, lines) => {
  const { status, text } = await fetchAnswer(path, `/holdfast/v1/${name}`);
  expect(status).toBe(200);
  const said = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(said).toEqual(lines);
  for (const line of said) expect(() => workAnswer(z.object({ answer: z.number() })).parse(line)).not.toThrow();
});

test('work that fails before it has begun is an error like any other', async () => {
  const { status, json } = await fetchAnswer(path, '/holdfast/v1/refused');
  expect({ status, json }).toEqual({ status: 409, json: { message: 'it is in use' } });
});

test('work ends with its client', async () => {
  const response = await open(path, '/holdfast/v1/endless');
  await once(response, 'data');
  response.destroy();
  await expect.poll(() => cancelled).toBe(true);
});
