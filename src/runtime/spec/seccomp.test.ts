import { describe, expect, it } from 'vitest';
import { parseSeccompProfile, resolveSeccomp } from './seccomp.ts';
import { defaultSeccompProfile } from './seccomp-default.ts';

const resolve = (capabilities: string[], arch = 'x64') =>
  resolveSeccomp(defaultSeccompProfile, { capabilities, arch, kernel: '6.1.0-13-amd64' });
const actionOf = (profile: ReturnType<typeof resolve>, name: string) =>
  profile.syscalls.filter((rule) => rule.names.includes(name));

describe('the default profile', () => {
  it('lists no system call twice among those always allowed', () => {
    const names = defaultSeccompProfile.syscalls?.[0]?.names ?? [];
    expect(names.length).toBeGreaterThan(330);
    expect(new Set(names).size).toBe(names.length);
  });

  it('denies by EPERM what is not listed', () => {
    const profile = resolve([]);
    expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
    expect(profile.defaultErrnoRet).toBe(1);
    for (const name of ['mount', 'keyctl', 'io_uring_setup', 'userfaultfd', 'kexec_load', 'reboot', 'chroot']) {
      expect(actionOf(profile, name), name).toEqual([]);
    }
  });

  it('allows new namespaces only with CAP_SYS_ADMIN', () => {
    expect(actionOf(resolve([]), 'clone')).toEqual([
      {
        names: ['clone'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: 0x7e020000, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      },
    ]);
    expect(actionOf(resolve([]), 'clone3')).toEqual([{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
    const admin = resolve(['CAP_SYS_ADMIN']);
    expect(actionOf(admin, 'clone').some((rule) => rule.args === undefined)).toBe(true);
    expect(actionOf(admin, 'clone3')).toHaveLength(1);
    expect(actionOf(resolve([], 's390x'), 'clone')[0]?.args?.[0]?.index).toBe(1);
  });

  it('opens what a capability stands for', () => {
    expect(actionOf(resolve(['CAP_SYS_CHROOT']), 'chroot')).toHaveLength(1);
    expect(actionOf(resolve(['CAP_SYS_TIME']), 'settimeofday')).toHaveLength(1);
  });

  it('keeps to the architecture and the kernel', () => {
    expect(resolve([]).architectures).toEqual(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86']);
    expect(resolve([], 'arm64').architectures).toEqual(['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']);
    expect(actionOf(resolve([]), 'arch_prctl')).toHaveLength(1);
    expect(actionOf(resolve([], 'arm64'), 'arch_prctl')).toEqual([]);
    expect(actionOf(resolve([]), 'ptrace')).toHaveLength(1);
    const old = resolveSeccomp(defaultSeccompProfile, { capabilities: [], arch: 'x64', kernel: '3.10.0' });
    expect(actionOf(old, 'ptrace')).toEqual([]);
  });
});

describe('parseSeccompProfile', () => {
  it('takes Docker’s format and plain OCI', () => {
    const text = JSON.stringify({
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [{ name: 'mkdir', action: 'SCMP_ACT_ERRNO', args: null }],
    });
    const resolved = resolveSeccomp(parseSeccompProfile(text), { capabilities: [] });
    expect(resolved).toEqual({
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_ERRNO' }],
    });
  });

  it.each([
    '{',
    '{}',
    '[]',
    '{"defaultAction":"x","architectures":["a"],"archMap":[{"architecture":"a"}]}',
    '{"defaultAction":"x","syscalls":[{"name":"a","names":["b"],"action":"c"}]}',
  ])('refuses %s', (text) => {
    expect(() => parseSeccompProfile(text)).toThrow(/seccomp profile/);
  });
});
