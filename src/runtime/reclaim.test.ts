import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../host/index.ts';
import { Box } from './testsuite/box.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.make();
  await box.runtime.program();
});
afterAll(() => box.clear());

describe('a container', () => {
  it('goes on where the daemon ends, and is taken over by the next', async () => {
    const script = 'trap "echo bye; exit 4" TERM; echo ready; while :; do sleep 0.01; done';
    const { id, pid, startTime } = await box.create(['sh', '-c', script]);
    await box.runtime.start(id);
    await expect.poll(() => readFileSync(box.logPath(id), 'utf8')).toMatch(/ready/);
    await box.restart();
    expect(await box.runtime.reclaim(id, { pid, startTime })).toBe('running');
    const seen: string[] = [];
    const attachment = box.runtime.attach(id);
    attachment.onData((_stream, chunk) => seen.push(chunk.toString()));
    await box.runtime.kill(id, 'SIGTERM');
    expect((await box.end(id)).exitCode).toBe(4);
    await attachment.ended;
    expect(seen.join('')).toContain('bye\n');
  });

  it('tells an end that came while there was no daemon', async () => {
    const { id, pid, startTime } = await box.create(['sh', '-c', 'exit 9']);
    box.runtime.close();
    await box.runtime.start(id);
    await expect.poll(() => box.runtime.exitOf(id)?.exitCode).toBe(9);
    await box.restart();
    expect(await box.runtime.reclaim(id, { pid, startTime })).toMatchObject({ exitCode: 9 });
    expect(await box.runtime.reclaim('never-heard-of', { pid, startTime })).toBeUndefined();
  });

  it('is let go by the next daemon where the last one died before it could', async () => {
    const { id, pid, startTime } = await box.create(['sh', '-c', 'exit 6']);
    await box.restart();
    expect(await box.runtime.reclaim(id, { pid, startTime })).toBe('running');
    expect((await box.end(id)).exitCode).toBe(6);
  });

  it('is ended where its conmon is killed, and told as killed', async () => {
    const { id, pid, startTime } = await box.create(['sleep', '1000']);
    await box.runtime.start(id);
    const record = JSON.parse(readFileSync(join(box.dir, 'runtime/containers', id, 'record.json'), 'utf8'));
    process.kill(record.monitor.pid, 'SIGKILL');
    expect((await box.end(id)).exitCode).toBe(137);
    expect(isAlive({ pid, startTime })).toBe(false);
  });

  it('is unknown where both were killed while there was no daemon', async () => {
    const { id, pid, startTime } = await box.create(['sleep', '1000']);
    await box.runtime.start(id);
    const record = JSON.parse(readFileSync(join(box.dir, 'runtime/containers', id, 'record.json'), 'utf8'));
    await box.restart();
    process.kill(record.monitor.pid, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive({ pid, startTime }) || isAlive(record.monitor)).toBe(false);
    expect(await box.runtime.reclaim(id, { pid, startTime })).toBeUndefined();
  });
});
