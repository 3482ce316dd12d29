import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignColumns } from './columns.ts';
import { indentJson, parseJsonExactly } from './indent-json.ts';
import { naturalOrder } from './natural-order.ts';
import { ago, goTimeOf } from './time.ts';
import { ellipsis, shortId } from './truncate.ts';
import { bytesSize, humanSize } from './units.ts';

describe('sizes', () => {
  it.each([
    [0, '0B', '0B'],
    [999, '999B', '999B'],
    [1000, '1kB', '1kB'],
    [1234, '1.23kB', '1.234kB'],
    [12345678, '12.3MB', '12.35MB'],
    [999999, '1e+03kB', '1000kB'],
    [7.8e9, '7.8GB', '7.8GB'],
  ])('%d', (size, three, four) => {
    expect(humanSize(size, 3)).toBe(three);
    expect(humanSize(size)).toBe(four);
  });

  it('counts memory in powers of 1024', () => {
    expect([bytesSize(8123456789), bytesSize(332 * 1024), bytesSize(1023)]).toEqual(['7.566GiB', '332KiB', '1023B']);
  });
});

describe('times', () => {
  it('says how long ago something was', () => {
    expect(ago(1000, 1_119_000)).toBe('About a minute ago');
  });

  it('shows RFC 3339 as Go does', () => {
    expect(goTimeOf('2024-01-02T03:04:05.120Z')).toBe('2024-01-02 03:04:05.12 +0000 UTC');
    expect(goTimeOf('2024-01-02T03:04:05+02:00')).toBe('2024-01-02 03:04:05 +0200 +0200');
  });
});

describe('columns', () => {
  it('are ten wide at least, three apart, the last not padded', () => {
    expect(alignColumns('A\tB\tC\nlonger than ten\tx\ty z')).toBe(
      'A                 B         C\nlonger than ten   x         y z',
    );
  });

  it('end where a line has no cell', () => {
    expect(alignColumns('a\tb\nplain\nwider than ten\tc')).toBe('a         b\nplain\nwider than ten   c');
  });

  it('only ever add blanks', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z\t]{0,12}$/)), (lines) => {
        expect(alignColumns(lines.join('\n')).replaceAll(' ', '')).toBe(lines.join('\n').replaceAll('\t', ''));
      }),
    );
  });
});

describe('JSON', () => {
  it('is laid out without being read', () => {
    expect(indentJson('[{"a":1.0,"b":{},"c":[ ],"d":["x\\u003c:,{}",9223372036854775807],"e":null}]')).toBe(
      '[\n    {\n        "a": 1.0,\n        "b": {},\n        "c": [],\n        "d": [\n            "x\\u003c:,{}",\n            9223372036854775807\n        ],\n        "e": null\n    }\n]',
    );
  });

  it('means the same afterwards', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(indentJson(json))).toEqual(JSON.parse(json));
        expect(indentJson(json).replace(/\s+$/gm, '')).toBe(JSON.stringify(JSON.parse(json), null, 4));
      }),
    );
  });

  it('keeps numbers that a double cannot', () => {
    const read = parseJsonExactly(
      '{"a":9223372036854771712,"b":"9223372036854771712","c":1.5,"d":1000000000000000,"e":-9223372036854771712}',
    );
    expect(read).toEqual({
      a: 9223372036854771712n,
      b: '9223372036854771712',
      c: 1.5,
      d: 1e15,
      e: -9223372036854771712n,
    });
  });
});

describe('names', () => {
  it('sort as people count', () => {
    expect(['v10', 'v2', 'v1', 'a', 'v2b'].sort(naturalOrder)).toEqual(['a', 'v1', 'v2', 'v2b', 'v10']);
  });

  it('are cut', () => {
    expect(shortId('sha256:0123456789abcdef')).toBe('0123456789ab');
    expect([ellipsis('hello world', 6), ellipsis('hello', 5), ellipsis('日本語', 5), ellipsis('x', 0)]).toEqual([
      'hello…',
      'hello',
      '日本…',
      '',
    ]);
  });
});
