import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MS, PROPAGATION, parseMountOptions } from './mount-options.ts';

describe('parseMountOptions', () => {
  it.each([
    ['', 0, ''],
    ['ro', MS.RDONLY, ''],
    ['ro,rw', 0, ''],
    ['rw,ro', MS.RDONLY, ''],
    ['bind,nosuid,nodev,noexec', MS.BIND | MS.NOSUID | MS.NODEV | MS.NOEXEC, ''],
    ['rbind,rslave', MS.BIND | MS.REC | MS.SLAVE, ''],
    ['shared,rprivate', MS.PRIVATE | MS.REC, ''],
    ['noatime,relatime', MS.RELATIME, ''],
    ['relatime,strictatime', MS.STRICTATIME, ''],
    ['strictatime,nostrictatime', 0, ''],
    ['lazytime,sync,dirsync,remount', MS.LAZYTIME | MS.SYNCHRONOUS | MS.DIRSYNC | MS.REMOUNT, ''],
    ['defaults', 0, ''],
    ['addr=10.0.0.1,rw,nfsvers=4,soft', 0, 'addr=10.0.0.1,nfsvers=4,soft'],
    ['size=100m,,uid=1000,', 0, 'size=100m,uid=1000'],
    ['context="a:b:c1,c2",ro', MS.RDONLY, 'context="a:b:c1,c2"'],
    ['RO', 0, 'RO'],
  ])('%s', (options, flags, data) => {
    expect(parseMountOptions(options)).toEqual({ flags, data });
  });

  it('keeps unknown words in order, whatever flags stand between', () => {
    const word = fc.stringMatching(/^x[a-z0-9=.:/]{0,8}$/);
    const flag = fc.constantFrom('ro', 'noexec', 'sync', 'bind', 'rslave', 'relatime');
    fc.assert(
      fc.property(fc.array(fc.oneof(word, flag)), (words) => {
        const { data } = parseMountOptions(words.join(','));
        expect(data).toBe(words.filter((one) => one.startsWith('x')).join(','));
      }),
    );
  });

  it('lets the last propagation win alone', () => {
    const propagation = fc.constantFrom(...(Object.keys(PROPAGATION) as Array<keyof typeof PROPAGATION>));
    fc.assert(
      fc.property(fc.array(propagation, { minLength: 1 }), (words) => {
        const all = MS.PRIVATE | MS.SHARED | MS.SLAVE | MS.UNBINDABLE;
        const last = words.at(-1) ?? 'private';
        expect(parseMountOptions(words.join(',')).flags & all).toBe(PROPAGATION[last] & all);
      }),
    );
  });
});
