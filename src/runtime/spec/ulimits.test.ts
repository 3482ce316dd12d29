import { describe, expect, it } from 'vitest';
import { rlimitsFor, unlimited } from './ulimits.ts';

const context = (effective: string) => ({
  limits: [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max core file size        0                    unlimited            bytes     ',
    'Max open files            1024                 20000                files     ',
    'Max nice priority         0                    0                    ',
  ].join('\n'),
  status: `CapEff:\t${effective}\n`,
});
const bound = context('000001fffeffffff');
const free = context('000001ffffffffff');

describe('rlimitsFor', () => {
  it('names limits as the runtime does', () => {
    expect(rlimitsFor([{ Name: 'nofile', Soft: 100, Hard: 200 }], bound)).toEqual({
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }],
      warnings: [],
    });
  });

  it('takes -1 for no limit', () => {
    expect(rlimitsFor([{ Name: 'core', Soft: -1, Hard: -1 }], bound).rlimits).toEqual([
      { type: 'RLIMIT_CORE', soft: unlimited, hard: unlimited },
    ]);
  });

  it('lowers and says so where it may not raise', () => {
    const { rlimits, warnings } = rlimitsFor([{ Name: 'nofile', Soft: 65536, Hard: 65536 }], bound);
    expect(rlimits).toEqual([{ type: 'RLIMIT_NOFILE', soft: 20000, hard: 20000 }]);
    expect(warnings).toEqual([expect.stringContaining('nofile limit of 65536')]);
    expect(rlimitsFor([{ Name: 'nice', Soft: 5, Hard: 5 }], bound).rlimits[0]?.hard).toBe(0);
  });

  it('raises where it may', () => {
    expect(rlimitsFor([{ Name: 'nofile', Soft: 65536, Hard: 65536 }], free).warnings).toEqual([]);
  });

  it('refuses unknown names and a soft limit above the hard one', () => {
    expect(() => rlimitsFor([{ Name: 'nofiles', Soft: 1, Hard: 1 }], bound)).toThrow('invalid ulimit type: nofiles');
    expect(() => rlimitsFor([{ Name: 'nofile', Soft: 2, Hard: 1 }], bound)).toThrow(
      'ulimit soft limit must be less than or equal to hard limit: 2 > 1',
    );
  });
});
