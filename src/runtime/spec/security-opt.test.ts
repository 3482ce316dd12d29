import { describe, expect, it } from 'vitest';
import { parseSecurityOptions, seccompFor } from './security-opt.ts';

describe('parseSecurityOptions', () => {
  it('knows every option of Docker', () => {
    expect(
      parseSecurityOptions([
        'no-new-privileges',
        'apparmor=x',
        'seccomp=unconfined',
        'label=disable',
        'systempaths=unconfined',
      ]),
    ).toEqual({ noNewPrivileges: true, apparmor: 'x', seccomp: 'unconfined', unconfinedPaths: true });
    expect(parseSecurityOptions(['no-new-privileges=false']).noNewPrivileges).toBe(false);
    expect(parseSecurityOptions(['no-new-privileges:true']).noNewPrivileges).toBe(true);
  });

  it('keeps whatever stands behind the first sign of a profile', () => {
    expect(parseSecurityOptions(['seccomp={"a":"b=c"}']).seccomp).toBe('{"a":"b=c"}');
  });

  it.each(['nonsense', 'no-new-privileges=maybe', 'what=ever', 'systempaths=x'])('refuses %s', (option) => {
    expect(() => parseSecurityOptions([option])).toThrow(/^invalid --security-opt [12]: "/);
  });
});

describe('seccompFor', () => {
  it('filters unless told otherwise', () => {
    expect(seccompFor('', { Privileged: false }, [])?.syscalls.length).toBeGreaterThan(5);
    expect(seccompFor('builtin', { Privileged: false }, [])).toBeDefined();
    expect(seccompFor('unconfined', { Privileged: false }, [])).toBeUndefined();
  });

  it('filters a privileged container only where it names a profile', () => {
    expect(seccompFor('', { Privileged: true }, [])).toBeUndefined();
    const own = seccompFor('{"defaultAction":"SCMP_ACT_ALLOW"}', { Privileged: true }, []);
    expect(own?.defaultAction).toBe('SCMP_ACT_ALLOW');
  });
});
