import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogParser } from './entry.ts';
import { tailStart } from './tail.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-tail-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const at = '2016-10-06T00:17:09.669794202+00:00';

/** What is read from the found place on. */
function tail(text: string, lines: number): string {
  const path = join(dir, 'log');
  writeFileSync(path, text);
  const fd = openSync(path, 'r');
  try {
    const whole = Buffer.from(text);
    const parser = new LogParser();
    const entries = [
      ...parser.push(whole.subarray(tailStart([{ fd, size: whole.length }], lines).offset)),
      ...parser.end(),
    ];
    return entries.map(({ data }) => data.toString()).join('');
  } finally {
    closeSync(fd);
  }
}

describe('tailOffset', () => {
  it('counts lines, not records', () => {
    const text = `${at} stdout F a\n${at} stdout P b1\n${at} stdout P b2\n${at} stdout F b3\n${at} stdout P c\n`;
    expect(tail(text, 0)).toBe('');
    expect(tail(text, 1)).toBe('c');
    expect(tail(text, 2)).toBe('b1b2b3\nc');
    expect(tail(text, 3)).toBe('a\nb1b2b3\nc');
    expect(tail(text, 99)).toBe('a\nb1b2b3\nc');
  });

  it('counts the lines of both streams', () => {
    const text = `${at} stdout F a\n${at} stderr F b\n${at} stdout F c\n`;
    expect(tail(text, 2)).toBe('b\nc\n');
  });

  it('is not misled by what is no record', () => {
    expect(tail(`x\n\n${at} stdout F a\nnonsense\n${at} stdout F b`, 2)).toBe('a\nb');
    expect(tail('', 3)).toBe('');
    expect(tail('\n', 3)).toBe('');
  });

  it('finds the same as counting from the front, across blocks', () => {
    const lines = fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 45 }), (lengths, wanted) => {
        const contents = lengths.map((length, index) => `${index}${'x'.repeat(length)}`);
        const text = contents.map((content) => `${at} stdout F ${content}\n`).join('');
        const expected = contents.slice(-wanted).map((content) => `${content}\n`);
        expect(tail(text, wanted)).toBe(expected.join(''));
      }),
      { numRuns: 60 },
    );
  });
});
