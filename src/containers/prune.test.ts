import { describe, expect, it } from 'vitest';
import { parseFilters } from '../wire/index.ts';
import { pruneCondition } from './prune.ts';
import { sketch } from './testing.ts';

const matches = (filters: object, labels: Record<string, string> = {}, created = '2026-01-02T03:04:05.000000000Z') =>
  pruneCondition(parseFilters(JSON.stringify(filters)))(sketch({ created, config: { Labels: labels } }));

describe('pruneCondition', () => {
  it('goes by labels: all that are asked for, and not all of those that spare', () => {
    expect(matches({})).toBe(true);
    expect(matches({ label: ['a', 'b=1'] }, { a: '', b: '1' })).toBe(true);
    expect(matches({ label: ['a', 'b=1'] }, { a: '' })).toBe(false);
    expect(matches({ 'label!': ['keep'] }, { keep: 'x' })).toBe(false);
    expect(matches({ 'label!': ['keep=y'] }, { keep: 'x' })).toBe(true);
    expect(matches({ 'label!': ['keep', 'other'] }, { keep: '' })).toBe(true);
  });

  it('goes by age: a time or how long ago', () => {
    expect(matches({ until: ['2026-01-02T03:04:04Z'] })).toBe(false);
    expect(matches({ until: ['2026-01-02T03:04:05Z'] })).toBe(true);
    expect(matches({ until: ['1h'] }, {}, new Date().toISOString())).toBe(false);
    expect(matches({ until: ['1h'] }, {}, new Date(Date.now() - 7_200_000).toISOString())).toBe(true);
  });

  it.each([
    [{ until: ['1h', '2h'] }, 'more than one until filter specified'],
    [{ status: ['exited'] }, "invalid filter 'status'"],
  ])('refuses %j', (filters, message) => {
    expect(() => matches(filters)).toThrow(message);
  });
});
