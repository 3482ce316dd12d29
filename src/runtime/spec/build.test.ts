import { describe, expect, it } from 'vitest';
import { type HostConfig, hostConfigSchema } from '../../wire/index.ts';
import { buildSpec, type SpecInput } from './build.ts';
import { execProcess } from './exec-process.ts';
import { cgroupPathOf } from './namespaces.ts';
import { specJson } from './spec-json.ts';
import { validateHostConfig } from './validate.ts';

const input = (hostConfig: Partial<HostConfig> = {}, more: Partial<SpecInput> = {}): SpecInput => ({
  id: 'abc',
  rootfs: '/srv/root',
  readonlyRootfs: false,
  hostname: 'box',
  domainname: '',
  process: {
    args: ['sh'],
    env: ['A=1', 'HOME=/root'],
    cwd: '',
    tty: false,
    user: { uid: 0, gid: 0, additionalGids: [0] },
  },
  mounts: [],
  hostConfig: { ...hostConfigSchema.parse({}), ...hostConfig },
  network: 'none',
  cgroupsPath: cgroupPathOf('abc', ''),
  ...more,
});
const namespaces = (spec: ReturnType<typeof buildSpec>) => spec.linux.namespaces.map(({ type }) => type);

describe('buildSpec', () => {
  it('describes a plain container', () => {
    const spec = buildSpec(input());
    expect(spec).toMatchObject({
      hostname: 'box',
      root: { path: '/srv/root', readonly: false },
      process: { cwd: '/', terminal: false, noNewPrivileges: false, args: ['sh'] },
      linux: { cgroupsPath: '/holdfast/abc' },
    });
    expect(namespaces(spec)).toEqual(expect.arrayContaining(['mount', 'network', 'uts', 'pid', 'ipc']));
    expect(spec.linux.maskedPaths).toContain('/proc/kcore');
    expect(spec.linux.readonlyPaths).toContain('/proc/sys');
  });

  it('shares what the host is to share', () => {
    const spec = buildSpec(
      input({ PidMode: 'host', IpcMode: 'host', UTSMode: 'host', CgroupnsMode: 'host' }, { network: 'host' }),
    );
    expect(namespaces(spec)).toEqual(['mount']);
    expect(spec.hostname).toBeUndefined();
    expect(spec.linux.sysctl).toEqual({});
  });

  it('joins namespaces of others', () => {
    const spec = buildSpec(
      input(
        { PidMode: 'container:x', IpcMode: 'container:x' },
        { network: { path: '/run/netns/a' }, shared: { pid: '/proc/9/ns/pid', ipc: '/proc/9/ns/ipc' } },
      ),
    );
    expect(spec.linux.namespaces).toEqual(
      expect.arrayContaining([
        { type: 'network', path: '/run/netns/a' },
        { type: 'pid', path: '/proc/9/ns/pid' },
      ]),
    );
    expect(() => buildSpec(input({ PidMode: 'container:x' }))).toThrow(/cannot join pid namespace/);
  });

  it('opens everything to a privileged container', () => {
    const { process, linux } = buildSpec(input({ Privileged: true }));
    expect(process.capabilities?.effective).toContain('CAP_SYS_ADMIN');
    expect(linux).toMatchObject({ maskedPaths: [], readonlyPaths: [] });
    expect(linux.seccomp).toBeUndefined();
  });

  it('takes empty path lists for none', () => {
    expect(buildSpec(input({ MaskedPaths: [], ReadonlyPaths: [] })).linux).toMatchObject({
      maskedPaths: [],
      readonlyPaths: [],
    });
  });

  it('puts an init before the command', () => {
    const spec = buildSpec(input({ Init: true }));
    expect(spec.process.args).toEqual(['/sbin/docker-init', '--', 'sh']);
    expect(spec.mounts.at(-1)).toMatchObject({ destination: '/sbin/docker-init', options: ['bind', 'ro'] });
  });

  it('sets a domain name in the container’s own UTS namespace', () => {
    expect(buildSpec(input({}, { domainname: 'lan' })).linux.sysctl).toMatchObject({ 'kernel.domainname': 'lan' });
  });

  it('writes no limit as the kernel knows it, and nothing else', () => {
    const spec = buildSpec(input({ Ulimits: [{ Name: 'core', Soft: -1, Hard: -1 }] }));
    spec.process.env.push('X=18446744073709550000');
    const text = specJson(spec);
    expect(text).toContain('{"type":"RLIMIT_CORE","soft":18446744073709551615,"hard":18446744073709551615}');
    expect(text).toContain('"X=18446744073709550000"');
  });
});

describe('cgroupPathOf', () => {
  it('stays beneath the root', () => {
    expect(cgroupPathOf('a', 'x')).toBe('/x/a');
    expect(cgroupPathOf('a', '/x/y')).toBe('/x/y/a');
    expect(cgroupPathOf('a', '../../..')).toBe('/a');
  });
});

describe('execProcess', () => {
  const spec = buildSpec(input());
  const plain = { args: ['id'], env: [], cwd: '', tty: false, privileged: false };

  it('is the container’s process with another command', () => {
    expect(execProcess(spec, plain)).toMatchObject({
      args: ['id'],
      env: ['A=1', 'HOME=/root'],
      cwd: '/',
      capabilities: spec.process.capabilities,
    });
  });

  it('adds, replaces and takes away variables', () => {
    const { env } = execProcess(spec, { ...plain, env: ['A=2', 'B=', 'HOME'], tty: true });
    expect(env).toEqual(['A=2', 'TERM=xterm', 'B=']);
  });

  it('runs as another user with that one’s home and rights', () => {
    const user = { uid: 5, gid: 6, additionalGids: [6], home: '/five' };
    const bare = { ...spec, process: { ...spec.process, env: ['A=1'] } };
    const process = execProcess(bare, { ...plain, user });
    expect(process.user).toEqual({ uid: 5, gid: 6, additionalGids: [6] });
    expect(process.env).toContain('HOME=/five');
    expect(process.capabilities?.effective).toEqual([]);
  });

  it('keeps a home that the container’s environment names', () => {
    const user = { uid: 5, gid: 6, additionalGids: [6], home: '/five' };
    expect(execProcess(spec, { ...plain, user }).env).toContain('HOME=/root');
  });

  it('has every capability where it is privileged', () => {
    expect(execProcess(spec, { ...plain, privileged: true }).capabilities?.effective).toContain('CAP_SYS_ADMIN');
  });
});

describe('validateHostConfig', () => {
  it.each<[Partial<HostConfig>, string]>([
    [{ CapAdd: ['X'] }, 'invalid CapAdd: unknown capability: "CAP_X"'],
    [{ IpcMode: 'x' }, 'invalid IPC mode: x'],
    [{ PidMode: 'container:' }, 'invalid PID mode: container:'],
    [{ CgroupnsMode: 'x' }, 'invalid cgroup namespace mode: x'],
    [{ OomScoreAdj: 2000 }, 'Invalid value 2000, range for oom score adj is [-1000, 1000]'],
    [{ ShmSize: -1 }, 'SHM size can not be less than 0'],
    [{ SecurityOpt: ['seccomp={'] }, 'decoding seccomp profile failed'],
    [{ SecurityOpt: ['x'] }, 'invalid --security-opt 1: "x"'],
    [{ DeviceCgroupRules: ['x'] }, "invalid device cgroup rule format: 'x'"],
    [{ Memory: 1 }, 'Minimum memory limit allowed is 6MB'],
  ])('refuses %o', (fields, message) => {
    expect(() => validateHostConfig({ ...hostConfigSchema.parse({}), ...fields })).toThrow(message);
  });

  it('has nothing to say of the defaults', () => {
    expect(validateHostConfig(hostConfigSchema.parse({}))).toEqual([]);
  });
});
