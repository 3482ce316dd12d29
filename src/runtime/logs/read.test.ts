import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Box } from '../testsuite/box.ts';
import type { LogEntry } from './entry.ts';
import { type LogOptions, readLog } from './read.ts';
import { setAside } from './rotated-files.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
  path = join(dir, 'log');
});
afterEach(() => rmSync(dir, { recursive: true }));

const line = (second: number, text: string, stream = 'stdout'): string =>
  `1970-01-01T00:00:${String(second).padStart(2, '0')}.000000000+00:00 ${stream} F ${text}\n`;

async function read(options: LogOptions = {}): Promise<string> {
  let text = '';
  for await (const entry of readLog(path, options)) text += entry.data.toString();
  return text;
}

/** A reading that goes on while the test writes. */
function following(options: LogOptions = {}) {
  let stop: () => void = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const seen: string[] = [];
  const done = (async () => {
    for await (const entry of readLog(path, { follow: true, stop: stopped, ...options })) {
      seen.push(entry.data.toString().trimEnd());
    }
  })();
  return { seen, stop, done };
}

describe('readLog', () => {
  it('reads what there is', async () => {
    expect(await read()).toBe('');
    writeFileSync(path, line(1, 'a') + line(2, 'b', 'stderr') + line(3, 'c'));
    expect(await read()).toBe('a\nb\nc\n');
  });

  it('chooses by stream, time and number', async () => {
    writeFileSync(path, line(1, 'a') + line(2, 'b', 'stderr') + line(3, 'c') + line(4, 'd'));
    expect(await read({ stdout: true })).toBe('a\nc\nd\n');
    expect(await read({ stdout: false, stderr: true })).toBe('b\n');
    expect(await read({ since: 2_000_000_000n, until: 3_000_000_000n })).toBe('b\nc\n');
    expect(await read({ tail: 2 })).toBe('c\nd\n');
    expect(await read({ tail: 3, since: 3_000_000_001n })).toBe('d\n');
  });

  it('follows until it is stopped, and reads what was written before', async () => {
    writeFileSync(path, line(1, 'a'));
    const { seen, stop, done } = following();
    await expect.poll(() => seen).toEqual(['a']);
    appendFileSync(path, line(2, 'b'));
    await expect.poll(() => seen).toEqual(['a', 'b']);
    appendFileSync(path, line(3, 'c'));
    stop();
    await done;
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('follows a log that is not there yet, or never is', async () => {
    const { seen, stop, done } = following();
    writeFileSync(path, line(1, 'a'));
    await expect.poll(() => seen).toEqual(['a']);
    stop();
    await done;
    rmSync(path);
    const other = following();
    other.stop();
    await other.done;
    expect(other.seen).toEqual([]);
  });

  it('follows from the end', async () => {
    writeFileSync(path, line(1, 'a'));
    const { seen, stop, done } = following({ tail: 0 });
    // Until the end has been found, what is added could still count as what was there.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    appendFileSync(path, line(2, 'b'));
    await expect.poll(() => seen).toEqual(['b']);
    stop();
    await done;
  });

  it('goes on with a log that was started anew, or cut', async () => {
    writeFileSync(path, line(1, 'a'));
    const { seen, stop, done } = following();
    await expect.poll(() => seen).toEqual(['a']);
    appendFileSync(path, line(2, 'b'));
    writeFileSync(`${path}.new`, line(3, 'c'));
    renameSync(`${path}.new`, path);
    await expect.poll(() => seen).toEqual(['a', 'b', 'c']);
    appendFileSync(path, line(4, 'd'));
    await expect.poll(() => seen).toEqual(['a', 'b', 'c', 'd']);
    truncateSync(path, 0);
    await expect
      .poll(() => {
        appendFileSync(path, line(5, 'e'));
        return seen.at(-1);
      })
      .toBe('e');
    stop();
    await done;
  });

  it('ends at once where it is told to', async () => {
    writeFileSync(path, line(1, 'a'));
    const abort = new AbortController();
    const { seen, done } = following({ signal: abort.signal });
    await expect.poll(() => seen).toEqual(['a']);
    abort.abort();
    await done;
  });

  it('reads rotated files as one, and finds the last lines in them', async () => {
    writeFileSync(`${path}.2`, line(1, 'a') + line(2, 'b').replace(' F ', ' P '));
    writeFileSync(`${path}.1`, line(3, 'c') + line(4, 'd', 'stderr'));
    writeFileSync(path, line(5, 'e'));
    expect(await read()).toBe('a\nbc\nd\ne\n');
    expect(await read({ tail: 1 })).toBe('e\n');
    expect(await read({ tail: 2 })).toBe('d\ne\n');
    expect(await read({ tail: 3 })).toBe('bc\nd\ne\n');
    expect(await read({ tail: 9, since: 2_000_000_000n, until: 4_000_000_000n })).toBe('bc\nd\n');
  });

  it('follows through files that came while it did not look', async () => {
    writeFileSync(path, line(1, 'a'));
    const { seen, stop, done } = following();
    await expect.poll(() => seen).toEqual(['a']);
    for (const [second, text] of [[2, 'b'] as const, [3, 'c'] as const]) {
      setAside(path, { maxBytes: 1, maxFiles: 3 });
      writeFileSync(`${path}.tmp`, line(second, text));
      renameSync(`${path}.tmp`, path);
    }
    await expect.poll(() => seen).toEqual(['a', 'b', 'c']);
    stop();
    await done;
  });

  it('lets the reader leave', async () => {
    writeFileSync(path, line(1, 'a') + line(2, 'b'));
    const seen: LogEntry[] = [];
    for await (const entry of readLog(path, { follow: true, stop: new Promise(() => {}) })) {
      seen.push(entry);
      break;
    }
    expect(seen).toHaveLength(1);
  });
});

describe('the log of a container', () => {
  let box: Box;
  beforeAll(async () => {
    box = await Box.make();
  });
  afterAll(() => box.clear());

  it('has every byte, with the streams apart', { timeout: 30_000 }, async () => {
    const data = randomBytes(5_000_000);
    writeFileSync(join(box.rootfs, 'data'), data);
    const { id } = await box.create(['sh', '-c', 'cat /data; printf end >&2']);
    const stop = box.end(id);
    const hash = createHash('sha256');
    const errors: string[] = [];
    const reading = (async () => {
      for await (const { stream, data: chunk } of box.runtime.logs(box.logPath(id), { follow: true, stop })) {
        if (stream === 'stdout') hash.update(chunk);
        else errors.push(chunk.toString());
      }
    })();
    await box.runtime.start(id);
    await reading;
    expect(hash.digest('hex')).toBe(createHash('sha256').update(data).digest('hex'));
    expect(errors.join('')).toBe('end');
  });
});
