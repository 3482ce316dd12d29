import { describe, expect, it } from 'vitest';
import { OutputQueue } from './output-queue.ts';

const chunk = (text: string) => ({ stream: 1 as const, data: Buffer.from(text) });

describe('OutputQueue', () => {
  it('gives what was pushed, in order, and then ends', async () => {
    const queue = new OutputQueue();
    queue.push(chunk('a'));
    setImmediate(() => {
      queue.push(chunk('b'));
      queue.end();
      queue.push(chunk('too late'));
    });
    const read: string[] = [];
    for await (const { data } of queue) read.push(data.toString());
    expect(read).toEqual(['a', 'b']);
  });

  it('pauses its source while the reader is behind, and lets it go on afterwards', async () => {
    const queue = new OutputQueue();
    const calls: string[] = [];
    queue.setSource({ pause: () => calls.push('pause'), resume: () => calls.push('resume') });
    for (let i = 0; i < 3; i += 1) queue.push({ stream: 1, data: Buffer.alloc(700_000) });
    expect(calls).toEqual(['pause']);
    queue.end();
    let bytes = 0;
    for await (const { data } of queue) bytes += data.length;
    expect(bytes).toBe(2_100_000);
    expect(calls).toEqual(['pause', 'resume']);
  });
});
