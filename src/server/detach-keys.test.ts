import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { DetachScanner, parseDetachKeys } from './detach-keys.ts';

test.each([
  ['', [0x10, 0x11], false],
  ['ctrl-p,ctrl-q', [0x10, 0x11], true],
  ['ctrl-a', [1], true],
  ['CTRL-a,x', [1, 0x78], true],
  ['ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_', [0, 27, 28, 29, 30, 31], true],
  ['DEL', [127], true],
])('%j', (raw, codes, asked) => {
  expect(parseDetachKeys(raw)).toEqual({ bytes: Buffer.from(codes), asked });
});

test.each(['ctrl-', 'ctrl-1', 'foo', 'a,,b', 'é'])('%j is refused', (raw) => {
  expect(() => parseDetachKeys(raw)).toThrow(`Invalid detach keys (${raw}) provided`);
});

test('parsing throws nothing but HoldfastError', () => {
  fc.assert(
    fc.property(fc.string(), (raw) => {
      try {
        parseDetachKeys(raw);
      } catch (error) {
        expect(error).toBeInstanceOf(HoldfastError);
      }
    }),
  );
});

/** What a scanner passes on of chunks, up to where it detaches, with what it held back at the end. */
function scanAll(keys: Buffer, chunks: readonly Buffer[]): { passed: Buffer; detached: boolean } {
  const scanner = new DetachScanner(keys);
  const passed: Buffer[] = [];
  for (const chunk of chunks) {
    const { data, detached } = scanner.scan(chunk);
    passed.push(data);
    if (detached) return { passed: Buffer.concat(passed), detached };
  }
  return { passed: Buffer.concat([...passed, scanner.flush()]), detached: false };
}

test('the keys are found however the input is cut, and only what is before them is passed on', () => {
  const smallBytes = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 12 }).map((bytes) => Buffer.from(bytes));
  const keys = fc
    .array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 })
    .map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(keys, fc.array(smallBytes, { maxLength: 6 }), (wanted, chunks) => {
      const whole = Buffer.concat(chunks);
      const at = whole.indexOf(wanted);
      const expected = { passed: at < 0 ? whole : whole.subarray(0, at), detached: at >= 0 };
      expect(scanAll(wanted, chunks)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
