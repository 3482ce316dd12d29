import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { decodeDockerOptions, decodeRecord, encodeRecord, formatCreatedAt } from './record.ts';

const map = fc.option(fc.dictionary(fc.string(), fc.string()), { nil: null });

describe('records', () => {
  test('are read as they were written', () => {
    const record = fc.record({
      name: fc.string(),
      driver: fc.string(),
      createdAt: fc.string(),
      labels: map,
      options: map,
    });
    fc.assert(
      fc.property(record, (volume) => {
        expect(decodeRecord(encodeRecord(volume))).toEqual(volume);
      }),
    );
  });

  test('keep a label called __proto__', () => {
    const labels = JSON.parse('{"__proto__":"x"}');
    const record = { name: 'data', driver: 'local', createdAt: '', labels, options: null };
    expect(Object.entries(decodeRecord(encodeRecord(record)).labels ?? {})).toEqual([['__proto__', 'x']]);
  });

  test.each([
    '',
    'null',
    '[]',
    '{',
    '{"schemaVersion":2}',
    '{"schemaVersion":1,"name":"x","driver":"local","createdAt":"","labels":{"a":1},"options":null}',
    '{"schemaVersion":1,"name":"x","driver":"local","createdAt":"","options":null}',
  ])('%j is none', (text) => {
    expect(() => decodeRecord(text)).toThrow(HoldfastError);
  });

  test('that are damaged fail in one way only', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const decode of [decodeRecord, decodeDockerOptions]) {
          try {
            decode(text);
          } catch (error) {
            expect(error).toBeInstanceOf(HoldfastError);
          }
        }
      }),
    );
  });

  test('of Docker give options under the names that users know', () => {
    expect(
      decodeDockerOptions('{"MountType":"tmpfs","MountOpts":"","MountDevice":"tmpfs","Quota":{"Size":0}}'),
    ).toEqual({
      type: 'tmpfs',
      device: 'tmpfs',
    });
    expect(decodeDockerOptions('{}')).toEqual({});
  });

  test('have whole seconds', () => {
    expect(formatCreatedAt(1_700_000_000_999)).toBe('2023-11-14T22:13:20Z');
  });
});
