import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Box } from '../testsuite/box.ts';
import { readLog } from './read.ts';
import { isSetAside, makeRoom, setAside } from './rotated-files.ts';

describe('rotated files', () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdfast-rotated-'));
    path = join(dir, 'log');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const line = (second: number, text: string): string =>
    `1970-01-01T00:00:0${second}.000000000+00:00 stdout F ${text}\n`;
  const read = async (): Promise<string> => {
    let text = '';
    for await (const { data } of readLog(path)) text += data;
    return text;
  };
  const limits = { maxBytes: 10, maxFiles: 3 };
  const begin = (text: string): void => {
    writeFileSync(`${path}.tmp`, text);
    renameSync(`${path}.tmp`, path);
  };

  it('keeps so many files, the oldest goes; setting aside twice is once', async () => {
    for (const second of [1, 2, 3, 4]) {
      begin(line(second, `${second}`));
      if (second < 4) {
        setAside(path, limits);
        setAside(path, limits);
        expect(isSetAside(path)).toBe(true);
      }
    }
    expect(await read()).toBe('2\n3\n4\n');
    expect(existsSync(`${path}.3`)).toBe(false);
  });

  it('fills a number that a crash left unused, and drops nothing for it', async () => {
    writeFileSync(`${path}.2`, line(1, 'a'));
    writeFileSync(`${path}.next`, 'half a step');
    begin(line(2, 'b'));
    setAside(path, limits);
    begin(line(3, 'c'));
    expect(await read()).toBe('a\nb\nc\n');
  });

  it('makes room for the next writer', async () => {
    makeRoom(path, limits);
    begin(line(1, 'a'));
    setAside(path, limits);
    makeRoom(path, limits);
    expect(existsSync(path)).toBe(false);
    begin(line(2, 'b'));
    makeRoom(path, limits);
    expect(existsSync(path)).toBe(false);
    expect(await read()).toBe('a\nb\n');
    begin(line(3, 'c'));
    makeRoom(path, { ...limits, maxFiles: 1 });
    expect(existsSync(path)).toBe(false);
  });
});

describe('the log of a container that has limits', () => {
  let box: Box;
  beforeAll(async () => {
    box = await Box.make();
  });
  afterAll(() => box.clear());

  const countTo = (last: number) => `i=0; while [ $i -lt ${last} ]; do i=$((i+1)); echo line $i; done`;
  const endless = ['sh', '-c', countTo(1_000_000_000)];
  const numbers = (text: string): number[] =>
    text
      .split('\n')
      .flatMap((each) => each.match(/\d+/) ?? [])
      .map(Number);
  const from = (first: number, length: number): number[] => Array.from({ length }, (_, index) => first + index);
  const kill = async (id: string): Promise<void> => {
    const ended = box.end(id);
    await box.runtime.kill(id, 'SIGKILL');
    await ended;
  };
  const all = async (id: string): Promise<number[]> => {
    let text = '';
    for await (const { data } of box.runtime.logs(box.logPath(id))) text += data;
    return numbers(text);
  };

  it('is rotated while it grows, and no line is lost, also to who follows', async () => {
    const { id } = await box.create(endless, { logLimits: { maxBytes: 50_000, maxFiles: 10_000 } });
    const stop = box.end(id);
    let text = '';
    const reading = (async () => {
      for await (const { data } of box.runtime.logs(box.logPath(id), { follow: true, stop })) text += data;
    })();
    await box.runtime.start(id);
    await expect.poll(() => existsSync(`${box.logPath(id)}.3`), { timeout: 30_000 }).toBe(true);
    await box.runtime.kill(id, 'SIGKILL');
    await reading;
    const followed = numbers(text);
    expect(followed).toEqual(from(1, followed.length));
    expect(await all(id)).toEqual(followed);
  });

  it('keeps so many files', async () => {
    const { id } = await box.create(endless, { logLimits: { maxBytes: 50_000, maxFiles: 3 } });
    await box.runtime.start(id);
    const oldest = () => statSync(`${box.logPath(id)}.2`, { throwIfNoEntry: false })?.ino;
    await expect.poll(oldest, { timeout: 30_000 }).toBeDefined();
    const first = oldest();
    await expect.poll(oldest, { timeout: 30_000 }).not.toBe(first);
    await kill(id);
    // Of a line that was written in two parts the first may have gone with the file before.
    const [, ...left] = await all(id);
    expect(left[0]).toBeGreaterThan(1);
    expect(left).toEqual(from(left[0] ?? 0, left.length));
    const names = readdirSync(box.dir).filter((name) => name.startsWith(`${id}.log`) && !name.endsWith('.tmp'));
    expect(names.sort()).toEqual([`${id}.log`, `${id}.log.1`, `${id}.log.2`]);
  });

  it('goes on being rotated by the next daemon, and is not gone on with where it is full', async () => {
    const limits = { maxBytes: 20_000, maxFiles: 100 };
    const { id } = await box.create(['sh', '-c', `${countTo(2000)}; sleep 1000`], { logLimits: limits });
    await box.runtime.start(id);
    const files = () => readdirSync(box.dir).filter((name) => name.startsWith(`${id}.log.`)).length;
    await expect.poll(files).toBeGreaterThan(0);
    await box.restart();
    const { pid } = await box.runtime.ps(id).then(([first = 0]) => ({ pid: first }));
    expect(await box.runtime.reclaim(id, { pid, startTime: 0 })).toBe('running');
    await expect.poll(() => statSync(box.logPath(id)).size).toBeLessThan(limits.maxBytes);
    await kill(id);
    expect(await all(id)).toEqual(from(1, 2000));
  });
});
