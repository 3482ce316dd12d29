import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { durationOf, parseDuration } from './duration.ts';
import { eventJson } from './event-json.ts';
import { parseFilters } from './filters.ts';
import { decodePathStat, encodePathStat, goFileMode } from './path-stat.ts';
import { parseFlag, parseFlagOr, parseInteger } from './query.ts';
import { formatSize, parseSize } from './size.ts';
import { formatTime, parseOptionalTime, parseTime } from './time.ts';
import { atLeast, compareVersions, parseApiVersion } from './version.ts';

const SECOND = 1_000_000_000n;

describe('API versions', () => {
  test('compare by number, not by letter', () => {
    expect(compareVersions('1.9', '1.24')).toBeLessThan(0);
    expect(compareVersions('1.50', '1.5')).toBeGreaterThan(0);
    expect(compareVersions('1.45', '1.45')).toBe(0);
    expect(atLeast('1.42', '1.42')).toBe(true);
    expect(atLeast('1.41', '1.42')).toBe(false);
  });

  test('out of range are refused in Docker’s words', () => {
    expect(parseApiVersion('1.24')).toBe('1.24');
    expect(() => parseApiVersion('1.23')).toThrow(
      'client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
    );
    expect(() => parseApiVersion('1.51')).toThrow(
      'client version 1.51 is too new. Maximum supported API version is 1.50',
    );
    expect(() => parseApiVersion('1..2')).toThrow('invalid API version');
  });
});

describe('durations', () => {
  test.each([
    ['0', 0n],
    ['1.5s', 1_500_000_000n],
    ['-2m', -120n * SECOND],
    ['1h30m10s', 5410n * SECOND],
    ['10us', 10_000n],
    ['.5ms', 500_000n],
    ['2000000h', 2_000_000n * 3600n * SECOND],
  ])('%s', (raw, nanoseconds) => expect(durationOf(raw)).toBe(nanoseconds));

  test.each(['', '-', '5', '1x', '1h ', 's', '.s', '1h-2m', '2562048h', '-2562048h', '2562047h60m'])(
    '%j is none',
    (raw) => {
      expect(durationOf(raw)).toBeUndefined();
      expect(() => parseDuration(raw)).toThrow(`time: invalid duration ${JSON.stringify(raw)}`);
    },
  );
});

describe('times', () => {
  const utc = BigInt(Date.UTC(2026, 7, 4, 10, 20, 30)) * 1_000_000n;
  test.each([
    ['1699', 1699n * SECOND],
    ['1699.5', 1699n * SECOND + 500_000_000n],
    ['1699.123456789', 1_699_123_456_789n],
    ['1699.1234567891', 1_699_123_456_789n],
    ['2026-08-04T10:20:30Z', utc],
    ['2026-08-04T10:20:30.000000001Z', utc + 1n],
    ['2026-08-04T12:20:30+02:00', utc],
    ['2026-08-04T10:20Z', utc - 30n * SECOND],
    ['2026-08-04Z', BigInt(Date.UTC(2026, 7, 4)) * 1_000_000n],
    ['2026-08-04T10:20:30', BigInt(new Date(2026, 7, 4, 10, 20, 30).getTime()) * 1_000_000n],
    ['2026-08-04', BigInt(new Date(2026, 7, 4).getTime()) * 1_000_000n],
    ['0001-01-01T00:00:00Z', -62_135_596_800n * SECOND],
    ['1h30m', 10_000_000n * SECOND - 5400n * SECOND],
  ])('%s', (raw, nanoseconds) => expect(parseTime(raw, 10_000_000_000)).toBe(nanoseconds));

  test.each(['yesterday', '2026-13-01', '2026-02-31', '2026-08-04T25', '1.2.3', ''])('%j is refused', (raw) => {
    expect(() => parseTime(raw)).toThrow(`failed to parse value as time or duration: ${JSON.stringify(raw)}`);
  });

  test('absent, empty and 0 mean no bound', () => {
    expect(parseOptionalTime('')).toBeUndefined();
    expect(parseOptionalTime('0')).toBeUndefined();
    expect(parseOptionalTime('0.000000000')).toBeUndefined();
    expect(parseOptionalTime('7')).toBe(7n * SECOND);
  });

  test('are written with all nine digits and read back the same', () => {
    expect(formatTime(1_699_000_000_000_000_001n)).toBe('2023-11-03T08:26:40.000000001Z');
    fc.assert(
      fc.property(fc.bigInt(-60_000_000_000n * SECOND, 200_000_000_000n * SECOND), (time) => {
        expect(parseTime(formatTime(time))).toBe(time);
      }),
    );
  });
});

describe('sizes', () => {
  test.each([
    ['100', 100],
    ['10m', 10 * 1024 ** 2],
    ['1.5GiB', 1.5 * 1024 ** 3],
    ['512 kB', 512 * 1024],
    ['7B', 7],
    ['.5k', 512],
  ])('%s', (raw, bytes) => expect(parseSize(raw)).toBe(bytes));

  test.each(['', 'm', '-1', '1 0', 'x1', '9000000000000000000000', '8e', '1y'])('%j is refused', (raw) =>
    expect(() => parseSize(raw)).toThrow(`invalid size: '${raw}'`),
  );
  test.each(['1q', '1kk', '1bb', '1kib8'])('%j is refused', (raw) => expect(() => parseSize(raw)).toThrow('invalid s'));

  test('are written with four digits', () => {
    expect(formatSize(1_234_567)).toBe('1.235MB');
    expect(formatSize(0)).toBe('0B');
  });
});

test('booleans of a query follow Docker’s rule', () => {
  for (const word of ['', '0', 'no', 'false', 'none', 'False', 'NONE']) expect(parseFlag(word)).toBe(false);
  for (const word of ['1', 'true', 'True', 'yes', 'x', '2']) expect(parseFlag(word)).toBe(true);
  expect(parseFlagOr(null, true)).toBe(true);
  expect(parseFlagOr('0', true)).toBe(false);
  expect(parseInteger('-1')).toBe(-1);
  expect(() => parseInteger('1x')).toThrow('parsing "1x"');
});

test('parsers of untrusted text throw nothing but an invalid-argument error', () => {
  const parsers = [parseApiVersion, parseDuration, parseTime, parseSize, parseInteger, parseFilters, decodePathStat];
  const raw = fc.oneof(
    fc.string(),
    fc.json(),
    fc.stringMatching(/^[0-9.:TZ+-]{0,30}$/),
    fc.stringMatching(/^[0-9.hms]+$/),
  );
  fc.assert(
    fc.property(fc.constantFrom<(raw: string) => unknown>(...parsers), raw, (parse, text) => {
      try {
        parse(text);
      } catch (error) {
        expect(error).toSatisfy((thrown) => thrown instanceof HoldfastError && thrown.kind === 'invalid-argument');
      }
    }),
    { numRuns: 2000 },
  );
});

test('a path’s stat survives its header, with Go’s mode bits', () => {
  const stat = { name: 'é', size: 5, mode: goFileMode(0o040755), mtime: '2026-08-04T10:20:30Z', linkTarget: '' };
  expect(stat.mode).toBe(0x8000_01ed);
  expect(goFileMode(0o120777)).toBe(2 ** 27 + 0o777);
  expect(goFileMode(0o104755)).toBe(2 ** 23 + 0o755);
  expect(decodePathStat(encodePathStat(stat))).toEqual(stat);
});

test('an event’s nanoseconds are written exactly', () => {
  const event = { type: 'volume', action: 'create', id: 'v1', attributes: { driver: 'local' } } as const;
  expect(eventJson({ event, at: 1_795_494_042_123_456_789n })).toBe(
    '{"Type":"volume","Action":"create","Actor":{"ID":"v1","Attributes":{"driver":"local"}},"scope":"local","time":1795494042,"timeNano":1795494042123456789}',
  );
  const start = { type: 'container', action: 'start', id: 'c1', attributes: { image: 'busybox' } } as const;
  expect(JSON.parse(eventJson({ event: start, at: 1n }))).toMatchObject({ status: 'start', id: 'c1', from: 'busybox' });
  const tag = { type: 'image', action: 'tag', id: 'sha256:1', attributes: {} } as const;
  expect(JSON.parse(eventJson({ event: tag, at: 1n }))).toMatchObject({ status: 'tag', id: 'sha256:1' });
});
