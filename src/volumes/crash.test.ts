import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mountpointsBeneath, silentLog } from '../host/index.ts';
import { LocalDriver } from './drivers/local/index.ts';
import { openService } from './testsuite/open-service.ts';
import { scratchFolder } from './testsuite/scratch.ts';

// Inside the checkout, where the program finds the packages it needs.
const program = fileURLToPath(new URL(`../../.cache/crashing-program-${process.pid}.mjs`, import.meta.url));

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('./testsuite/crashing-program.ts', import.meta.url))],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
});

afterAll(() => rmSync(program, { force: true }));

/** Runs the program until it has said `lines` lines, kills it, and returns what it said. */
async function runAndKill(base: string, prefix: string, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, base, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
    if (said.split('\n').length > lines) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return said.split('\n').slice(0, -1);
}

test('a daemon killed at any moment loses no volume and leaves no half of one', async () => {
  const base = scratchFolder();
  const kept = new Set<string>();
  for (const [round, lines] of [1, 7, 20, 45, 90, 150].entries()) {
    const said = await runAndKill(base, `round${round}`, lines);
    const names = (word: string) =>
      said.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
    const removing = new Set(names('removing'));
    for (const name of names('created')) if (!removing.has(name)) kept.add(name);

    const { service } = await openService({ base });
    const { volumes, warnings } = await service.list(new Map());
    expect(warnings).toEqual([]);
    const there = new Set(volumes.map(({ name }) => name));
    expect([...kept].filter((name) => !there.has(name))).toEqual([]);
    expect(names('removed').filter((name) => there.has(name))).toEqual([]);
    for (const { name, labels, mountpoint } of volumes) {
      expect(labels).toEqual({ of: name });
      expect(existsSync(mountpoint)).toBe(true);
      if (kept.has(name)) expect(readFileSync(join(mountpoint, 'file'), 'utf8')).toBe(name);
    }
    await service.settle();
    expect(mountpointsBeneath(base)).toEqual([]);
    await service.close();
  }
  expect(kept.size).toBeGreaterThan(20);
  const driver = new LocalDriver({ root: join(base, 'volumes'), runRoot: join(base, 'run'), log: silentLog });
  await driver.idle();
  await driver.close();
  expect(readdirSync(join(base, 'volumes')).filter((name) => name.startsWith('.'))).toEqual([]);
}, 60_000);
