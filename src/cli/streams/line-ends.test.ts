import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineEnds } from './line-ends.ts';

/** What a terminal with ONLCR shows. */
const shown = (text: string): string => text.replaceAll('\n', '\r\n');

describe('LineEnds', () => {
  it('shows a terminal’s own output unchanged, however it is cut', () => {
    const pieces = fc.array(fc.constantFrom('a', '\r\n', '\r', 'bc', '\r\r\n'), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 5 }), (words, size) => {
        const text = words.join('');
        const lineEnds = new LineEnds();
        let written = '';
        for (let at = 0; at < text.length; at += size) {
          written += lineEnds.read(Buffer.from(text.slice(at, at + size))).toString();
        }
        written += lineEnds.flush().toString();
        expect(shown(written)).toBe(text);
      }),
    );
  });
});
