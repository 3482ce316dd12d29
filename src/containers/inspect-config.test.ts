import { describe, expect, it } from 'vitest';
import { containerConfigSchema, hostConfigSchema } from '../wire/index.ts';
import { inspectConfig, inspectHostConfig } from './inspect-config.ts';

const config = (fields: object = {}) => inspectConfig(containerConfigSchema.parse(fields));
const defaults = { runtime: 'runc', cgroupnsMode: 'private' };
const host = (fields: object = {}) => inspectHostConfig(hostConfigSchema.parse(fields), defaults);

describe('Config, as inspect shows it', () => {
  it('has Docker’s nulls and empties for what was not given, and leaves out what Docker leaves out', () => {
    expect(config()).toEqual({
      Hostname: '',
      Domainname: '',
      User: '',
      AttachStdin: false,
      AttachStdout: false,
      AttachStderr: false,
      Tty: false,
      OpenStdin: false,
      StdinOnce: false,
      Env: [],
      Cmd: null,
      Image: '',
      Volumes: null,
      WorkingDir: '',
      Entrypoint: null,
      OnBuild: null,
      Labels: {},
    });
  });

  it('shows what was given', () => {
    const given = {
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/data': {} },
      StopSignal: 'SIGINT',
      StopTimeout: 0,
      Shell: ['/bin/bash', '-c'],
      MacAddress: '02:42:00:00:00:01',
    };
    expect(config(given)).toMatchObject(given);
    expect(config({ Healthcheck: { Test: ['CMD', 'x'], Retries: 3 } })).toMatchObject({
      Healthcheck: { Test: ['CMD', 'x'], Retries: 3 },
    });
    expect(Object.keys(config(given)).indexOf('ExposedPorts')).toBe(6);
  });
});

describe('HostConfig, as inspect shows it', () => {
  it('completes what was left open', () => {
    expect(host()).toMatchObject({
      Binds: null,
      LogConfig: { Type: 'json-file', Config: {} },
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      CgroupnsMode: 'private',
      IpcMode: 'private',
      Runtime: 'runc',
      ShmSize: 67_108_864,
      PidsLimit: null,
      MemorySwappiness: null,
      Dns: [],
      ExtraHosts: null,
    });
    for (const absent of ['Mounts', 'Tmpfs', 'Init', 'Sysctls', 'StorageOpt', 'Annotations', 'KernelMemory']) {
      expect(host()).not.toHaveProperty(absent);
    }
  });

  it('hides nothing from a privileged container, and what was asked for from any other', () => {
    expect(host().MaskedPaths).toContain('/proc/kcore');
    expect(host().ReadonlyPaths).toContain('/proc/sys');
    expect(host({ Privileged: true })).toMatchObject({ MaskedPaths: null, ReadonlyPaths: null });
    expect(host({ MaskedPaths: [], ReadonlyPaths: ['/x'] })).toMatchObject({ MaskedPaths: [], ReadonlyPaths: ['/x'] });
  });

  it('echoes mounts as they were asked for', () => {
    const mounts = [
      { Type: 'volume', Source: 'data', Target: '/data', VolumeOptions: {} },
      {
        Type: 'volume',
        Target: '/a',
        VolumeOptions: { NoCopy: true, Labels: { a: 'b' }, DriverConfig: { Name: 'local' } },
      },
      { Type: 'bind', Source: '/srv', Target: '/srv', ReadOnly: true, BindOptions: { Propagation: 'rslave' } },
      { Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: 1024, Mode: 448 } },
    ];
    expect(host({ Mounts: mounts }).Mounts).toEqual(mounts);
  });

  it('shows an unset limit of processes as null', () => {
    expect(host({ PidsLimit: 0 }).PidsLimit).toBeNull();
    expect(host({ PidsLimit: -1 }).PidsLimit).toBe(-1);
  });
});
