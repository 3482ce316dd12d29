import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Box, collect } from '../testsuite/box.ts';
import type { Attachment } from './attachment.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.make();
  await box.runtime.program();
});
afterAll(() => box.clear());

const digest = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

/** Takes everything, pausing every now and then for a while. */
async function collectSlowly(attachment: Attachment, everyBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let since = 0;
  attachment.onData((_stream, chunk) => {
    chunks.push(chunk);
    since += chunk.length;
    if (since < everyBytes) return;
    since = 0;
    attachment.pause();
    setTimeout(() => attachment.resume(), 5);
  });
  await attachment.ended;
  return Buffer.concat(chunks);
}

describe('output', () => {
  const size = 200_000_000;
  let data: Buffer;
  beforeAll(() => {
    data = randomBytes(size);
    writeFileSync(join(box.rootfs, 'data'), data);
  });

  it('is exact, for readers fast and slow at once', { timeout: 60_000 }, async () => {
    const { id } = await box.create(['head', '-c', String(size), '/data']);
    const fast = collect(box.runtime.attach(id));
    const slow = collectSlowly(box.runtime.attach(id), 4_000_000);
    await box.runtime.start(id);
    expect((await box.end(id)).exitCode).toBe(0);
    expect(digest((await fast).stdout)).toBe(digest(data));
    expect(digest(await slow)).toBe(digest(data));
  });

  it('holds the process back while nobody reads, and ends with it all the same', async () => {
    const { id, pid } = await box.create(['cat', '/data'], { log: false });
    const attachment = box.runtime.attach(id);
    let taken = 0;
    attachment.onData((_stream, chunk) => {
      taken += chunk.length;
      attachment.pause();
    });
    await box.runtime.start(id);
    const position = (): number => {
      const opened = readdirSync(`/proc/${pid}/fd`).find((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === '/data');
      const info = opened === undefined ? '' : readFileSync(`/proc/${pid}/fdinfo/${opened}`, 'utf8');
      return Number(/^pos:\s+(\d+)/.exec(info)?.[1] ?? 0);
    };
    let before = 0;
    await expect
      .poll(
        () => {
          const last = before;
          before = position();
          return before > 0 && before === last;
        },
        { interval: 100 },
      )
      .toBe(true);
    // conmon waits for us in a write; that the process was killed it hears only once we read on.
    await box.runtime.kill(id, 'KILL');
    expect((await box.end(id)).exitCode).toBe(137);
    attachment.onData((_stream, chunk) => {
      taken += chunk.length;
    });
    attachment.resume();
    await attachment.ended;
    // All but the block that it could not write any more.
    expect(taken).toBeGreaterThan(before - 128 * 1024);
    expect(taken).toBeLessThanOrEqual(before);
    expect(taken).toBeLessThan(size / 4);
  });

  it('is given whole to who attaches before the start, however short the process lives', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { stdout } = await box.run(['echo', String(round)]);
      expect(stdout.toString()).toBe(`${round}\n`);
    }
  });

  it('waits for who attached and does not listen yet', async () => {
    const { id } = await box.create(['echo', 'early']);
    const attachment = box.runtime.attach(id);
    await box.runtime.start(id);
    await box.end(id);
    expect((await collect(attachment)).stdout.toString()).toBe('early\n');
  });

  it('goes on for the others when one leaves', async () => {
    const { id } = await box.create(['sh', '-c', 'read x; echo "$x"'], { stdin: true });
    const [stays, leaves] = [box.runtime.attach(id), box.runtime.attach(id)];
    const output = collect(stays);
    await box.runtime.start(id);
    leaves.detach();
    await leaves.ended;
    await stays.write(Buffer.from('still here\n'));
    expect((await output).stdout.toString()).toBe('still here\n');
  });

  it('has an end for who comes too late', async () => {
    const { id } = await box.run(['true']);
    const attachment = box.runtime.attach(id);
    await attachment.write(Buffer.from('x'));
    expect((await collect(attachment)).stdout).toHaveLength(0);
  });
});

describe('input', () => {
  it('is exact, and its end ends the process’ input', { timeout: 30_000 }, async () => {
    const data = randomBytes(20_000_000);
    const { id } = await box.create(['sha256sum'], { stdin: true, stdinOnce: true });
    const attachment = box.runtime.attach(id);
    const output = collect(attachment);
    await box.runtime.start(id);
    await attachment.write(data);
    attachment.closeStdin();
    expect((await output).stdout.toString()).toBe(`${digest(data)}  -\n`);
  });

  it('may be written before the start', async () => {
    const { id } = await box.create(['cat'], { stdin: true, stdinOnce: true });
    const attachment = box.runtime.attach(id);
    const output = collect(attachment);
    await attachment.write(Buffer.from('early'));
    attachment.closeStdin();
    await box.runtime.start(id);
    expect((await output).stdout.toString()).toBe('early');
  });

  it('stays open for the next client where it is not once only', async () => {
    const { id } = await box.create(['sh', '-c', 'read a; read b; echo "$a $b"'], { stdin: true });
    await box.runtime.start(id);
    const first = box.runtime.attach(id);
    await first.write(Buffer.from('one\n'));
    first.closeStdin();
    first.detach();
    const second = box.runtime.attach(id);
    const output = collect(second);
    await second.write(Buffer.from('two\n'));
    expect((await output).stdout.toString()).toBe('one two\n');
  });

  it('is not ended by who only listened', async () => {
    const { id } = await box.create(['sh', '-c', 'read a; echo "got $a"'], { stdin: true, stdinOnce: true });
    const listener = box.runtime.attach(id);
    await box.runtime.start(id);
    listener.detach();
    const writer = box.runtime.attach(id);
    const output = collect(writer);
    await writer.write(Buffer.from('it\n'));
    expect((await output).stdout.toString()).toBe('got it\n');
  });

  it('for a process that does not read it, or takes none, harms nothing', async () => {
    const { id } = await box.create(['sh', '-c', 'echo done'], { stdin: true, stdinOnce: true });
    const attachment = box.runtime.attach(id);
    const output = collect(attachment);
    const written = attachment.write(randomBytes(5_000_000));
    await box.runtime.start(id);
    expect((await output).stdout.toString()).toBe('done\n');
    await written;
    const { id: deaf } = await box.create(['echo', 'deaf']);
    const other = box.runtime.attach(deaf);
    const heard = collect(other);
    await other.write(Buffer.from('x'));
    other.closeStdin();
    await box.runtime.start(deaf);
    expect((await heard).stdout.toString()).toBe('deaf\n');
  });
});

describe('a terminal', () => {
  it('has its size from the start and takes another', async () => {
    const args = ['sh', '-c', 'while :; do stty size; sleep 0.02; done'];
    const user = { uid: 0, gid: 0, additionalGids: [] };
    const { id } = await box.create(args, {
      tty: true,
      stdin: true,
      spec: { process: { args, env: ['PATH=/bin'], cwd: '/', tty: true, consoleSize: [30, 90], user } },
    });
    const attachment = box.runtime.attach(id);
    const seen: string[] = [];
    attachment.onData((stream, chunk) => seen.push(`${stream}${chunk}`));
    await box.runtime.start(id);
    await expect.poll(() => seen.join('')).toContain('30 90');
    await box.runtime.resize(id, { height: 40, width: 120 });
    await expect.poll(() => seen.join('')).toContain('40 120');
    await attachment.write(Buffer.from([3]));
    await attachment.ended;
    expect(seen.every((each) => each.startsWith('1'))).toBe(true);
    const resized = () => box.runtime.resize(id, { height: 1, width: 1 }).catch((error: Error) => error.message);
    await expect.poll(resized).toMatch(/cannot resize a stopped container/);
  });
});
