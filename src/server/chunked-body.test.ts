import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { cutChunked, cutLength } from './chunked-body.ts';

const chunked = (parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat([
    ...parts
      .filter((part) => part.length > 0)
      .flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]),
    Buffer.from('0\r\n\r\n'),
  ]);

test('a chunked body is cut exactly, and only once it is whole', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), fc.uint8Array(), (parts, after) => {
      const framed = chunked(parts);
      const cut = cutChunked(Buffer.concat([framed, after]));
      expect(cut).toEqual({ body: Buffer.concat(parts), rest: Buffer.from(after) });
      expect(cutChunked(framed.subarray(0, -1))).toBeUndefined();
    }),
  );
});

test('extensions and trailers are skipped, anything else is refused', () => {
  expect(cutChunked(Buffer.from('2;a=b\r\nok\r\n0\r\nX: y\r\n\r\nrest'))).toEqual({
    body: Buffer.from('ok'),
    rest: Buffer.from('rest'),
  });
  expect(() => cutChunked(Buffer.from('{"a":1}\r\n'))).toThrow('malformed chunked request body');
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        cutChunked(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(HoldfastError);
      }
    }),
  );
});

test('a body of known length', () => {
  expect(cutLength(Buffer.from('abc'), 4)).toBeUndefined();
  expect(cutLength(Buffer.from('abcd'), 3)).toEqual({ body: Buffer.from('abc'), rest: Buffer.from('d') });
});
