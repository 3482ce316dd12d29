import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Clock, type LogEntry, LogParser } from './entry.ts';

const parse = (chunks: Buffer[]): LogEntry[] => {
  const parser = new LogParser();
  return [...chunks.flatMap((chunk) => [...parser.push(chunk)]), ...parser.end()];
};
const plain = (entries: LogEntry[]) => entries.map(({ stream, data }) => [stream, data.toString('latin1')]);

describe('LogParser', () => {
  it('gives lines with their newline and parts without one', () => {
    const text = [
      '2016-10-06T00:17:09.669794202+00:00 stdout F whole line\n',
      '2016-10-06T00:17:09.669794203+00:00 stderr P part\n',
      '2016-10-06T00:17:10.5Z stdout F \n',
    ].join('');
    const entries = parse([Buffer.from(text)]);
    expect(plain(entries)).toEqual([
      ['stdout', 'whole line\n'],
      ['stderr', 'part'],
      ['stdout', '\n'],
    ]);
    expect(entries.map(({ time }) => time)).toEqual([1475713029669794202n, 1475713029669794203n, 1475713030500000000n]);
  });

  it('passes over what is no record, and takes a last one that was cut short', () => {
    const text = [
      'nonsense\n',
      '\n',
      '2016-10-06T00:17:09.6+00:00 stdin F x\n',
      '2016-99-06T00:17:09.6+00:00 stdout F x\n',
      '2016-10-06T00:17:09.6+00:00 stdout F ok\n',
      '2016-10-06T00:17:09.7+00:00 stdout F cut sho',
    ].join('');
    expect(plain(parse([Buffer.from(text)]))).toEqual([
      ['stdout', 'ok\n'],
      ['stdout', 'cut sho'],
    ]);
    expect(plain(parse([Buffer.from('2016-10-06T00:17:09.7+00:00 std')]))).toEqual([]);
  });

  it('gives the same however the bytes come', () => {
    const record = fc.record({
      stream: fc.constantFrom('stdout', 'stderr'),
      tag: fc.constantFrom('F', 'P'),
      content: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 10))),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 20 }), fc.integer({ min: 1, max: 60 }), (records, size) => {
        const text = Buffer.concat(
          records.flatMap(({ stream, tag, content }) => [
            Buffer.from(`2016-10-06T00:17:09.669794202+00:00 ${stream} ${tag} `),
            content,
            Buffer.from('\n'),
          ]),
        );
        const chunks: Buffer[] = [];
        for (let at = 0; at < text.length; at += size) chunks.push(text.subarray(at, at + size));
        expect(plain(parse(chunks))).toEqual(
          records.map(({ stream, tag, content }) => [stream, content.toString('latin1') + (tag === 'F' ? '\n' : '')]),
        );
      }),
    );
  });

  it('does not keep what has no end', () => {
    const parser = new LogParser();
    for (let count = 0; count < 100; count += 1) expect([...parser.push(Buffer.alloc(100_000, 'x'))]).toEqual([]);
    expect([...parser.push(Buffer.from('\n2016-10-06T00:17:09.6Z stdout F a\n'))]).toHaveLength(1);
  });
});

describe('Clock', () => {
  it('reads nanoseconds in any zone', () => {
    const clock = new Clock();
    expect(clock.read('1970-01-01T00:00:01.000000001Z')).toBe(1_000_000_001n);
    expect(clock.read('1970-01-01T01:00:01.000000001+01:00')).toBe(1_000_000_001n);
    expect(clock.read('1970-01-01T00:00:01.2Z')).toBe(1_200_000_000n);
    expect(clock.read('yesterday')).toBeUndefined();
  });
});
