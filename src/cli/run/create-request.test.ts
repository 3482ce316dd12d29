import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, TestEngine } from '../testing/engine.ts';
import { runCli } from '../testing/run-cli.ts';

let engine: TestEngine;
const cwd = mkdtempSync(join(tmpdir(), 'holdfast-create-'));

beforeAll(async () => {
  engine = new TestEngine().on('POST /containers/create', json(201, { Id: 'c1', Warnings: null }));
  await engine.start();
});
afterAll(() => {
  engine.stop();
  rmSync(cwd, { recursive: true });
});

/** The body that a line sends. */
async function body(...words: string[]) {
  const result = await runCli(engine.socket, ['create', ...words, 'image'], { cwd, env: { MINE: 'own' } });
  expect(result.stderr).toBe('');
  return JSON.parse(engine.seen.at(-1)?.body ?? '');
}

const refusal = async (...words: string[]) =>
  (await runCli(engine.socket, ['create', ...words, 'image'], { cwd })).stderr.split('\n')[0];

describe('create', () => {
  it('sends what docker sends where nothing is asked for', async () => {
    expect(await body()).toEqual({
      Hostname: '',
      Domainname: '',
      User: '',
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      OpenStdin: false,
      StdinOnce: false,
      Env: null,
      Cmd: null,
      Image: 'image',
      Volumes: {},
      WorkingDir: '',
      Entrypoint: null,
      OnBuild: null,
      Labels: {},
      HostConfig: {
        Binds: null,
        ContainerIDFile: '',
        LogConfig: { Type: '', Config: {} },
        NetworkMode: 'default',
        PortBindings: {},
        RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
        AutoRemove: false,
        VolumeDriver: '',
        VolumesFrom: null,
        ConsoleSize: [0, 0],
        CapAdd: null,
        CapDrop: null,
        CgroupnsMode: '',
        Dns: [],
        DnsOptions: [],
        DnsSearch: [],
        ExtraHosts: null,
        GroupAdd: null,
        IpcMode: '',
        Cgroup: '',
        Links: null,
        OomScoreAdj: 0,
        PidMode: '',
        Privileged: false,
        PublishAllPorts: false,
        ReadonlyRootfs: false,
        SecurityOpt: null,
        UTSMode: '',
        UsernsMode: '',
        ShmSize: 0,
        Isolation: '',
        CpuShares: 0,
        Memory: 0,
        NanoCpus: 0,
        CgroupParent: '',
        BlkioWeight: 0,
        BlkioWeightDevice: [],
        BlkioDeviceReadBps: [],
        BlkioDeviceWriteBps: [],
        BlkioDeviceReadIOps: [],
        BlkioDeviceWriteIOps: [],
        CpuPeriod: 0,
        CpuQuota: 0,
        CpuRealtimePeriod: 0,
        CpuRealtimeRuntime: 0,
        CpusetCpus: '',
        CpusetMems: '',
        Devices: [],
        DeviceCgroupRules: null,
        DeviceRequests: null,
        MemoryReservation: 0,
        MemorySwap: 0,
        MemorySwappiness: -1,
        OomKillDisable: false,
        PidsLimit: 0,
        Ulimits: [],
        CpuCount: 0,
        CpuPercent: 0,
        IOMaximumIOps: 0,
        IOMaximumBandwidth: 0,
        MaskedPaths: null,
        ReadonlyPaths: null,
      },
      NetworkingConfig: {
        EndpointsConfig: {
          default: {
            IPAMConfig: null,
            Links: null,
            Aliases: null,
            MacAddress: '',
            DriverOpts: null,
            GwPriority: 0,
            NetworkID: '',
            EndpointID: '',
            Gateway: '',
            IPAddress: '',
            IPPrefixLen: 0,
            IPv6Gateway: '',
            GlobalIPv6Address: '',
            GlobalIPv6PrefixLen: 0,
            DNSNames: null,
          },
        },
      },
    });
  });

  it('tells volumes from paths', async () => {
    const { Volumes, HostConfig } = await body(
      '-v',
      '/c',
      '-v',
      'data:/d',
      '-v',
      './x:/y:ro',
      '-v',
      '/h:/h',
      '-v',
      '/h:/h',
    );
    expect(Volumes).toEqual({ '/c': {} });
    expect(HostConfig.Binds).toEqual(['data:/d', `${cwd}/x:/y:ro`, '/h:/h']);
    expect((await body('-v', 'x:/data')).HostConfig.Binds).toEqual(['x:/data']);
    expect(await refusal('-v', '')).toBe('holdfast: invalid empty volume spec');
    expect(await refusal('-v', ':/b')).toBe('holdfast: invalid spec: :/b: empty section between colons');
    expect(await refusal('-v', 'ab:/b:c:d')).toBe('holdfast: invalid spec: ab:/b:c:d: too many colons');
  });

  it('reads files of variables and labels', async () => {
    writeFileSync(join(cwd, 'env'), '\ufeff# comment\n  A=1 \nMINE\nNOT_SET\nQ="x"\n');
    writeFileSync(join(cwd, 'labels'), 'l1=a b\nl2\n');
    const sent = await body(
      '--env-file',
      'env',
      '-e',
      'A=2',
      '-e',
      'MINE',
      '-e',
      'GONE',
      '--label-file',
      'labels',
      '-l',
      'l1=c',
    );
    expect(sent.Env).toEqual(['A=1 ', 'MINE=own', 'Q="x"', 'A=2', 'MINE=own', 'GONE']);
    expect(sent.Labels).toEqual({ l1: 'c', l2: '' });
    writeFileSync(join(cwd, 'bad'), 'a b=1\n');
    expect(await refusal('--env-file', 'bad')).toBe(
      "holdfast: invalid env file (bad): variable 'a b' contains whitespaces",
    );
    expect(await refusal('--env-file', 'none')).toBe('holdfast: open none: no such file or directory');
  });

  it('reads limits, devices, capabilities and policies', async () => {
    const { HostConfig, Healthcheck, StopTimeout } = await body(
      '--memory',
      '1g',
      '--cpus',
      '1.5',
      '--ulimit',
      'nofile=10:20',
      '--ulimit',
      'core=-1',
      '--device',
      '/dev/zero:/dev/z:r',
      '--cap-add',
      'net_admin',
      '--cap-add',
      'ALL',
      '--restart',
      'on-failure:3',
      '--tmpfs',
      '/t:size=1m',
      '--tmpfs',
      '/u',
      '--log-opt',
      'max-size=1m',
      '--security-opt',
      'systempaths=unconfined',
      '--stop-timeout',
      '0',
      '--health-cmd',
      'a b',
      '--health-interval',
      '1s',
    );
    expect(HostConfig).toMatchObject({
      Memory: 1073741824,
      NanoCpus: 1.5e9,
      Ulimits: [
        { Name: 'core', Hard: -1, Soft: -1 },
        { Name: 'nofile', Hard: 20, Soft: 10 },
      ],
      Devices: [{ PathOnHost: '/dev/zero', PathInContainer: '/dev/z', CgroupPermissions: 'r' }],
      CapAdd: ['ALL', 'CAP_NET_ADMIN'],
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
      Tmpfs: { '/t': 'size=1m', '/u': '' },
      LogConfig: { Config: { 'max-size': '1m' } },
      SecurityOpt: [],
      MaskedPaths: [],
    });
    expect(StopTimeout).toBe(0);
    expect(Healthcheck).toEqual({ Test: ['CMD-SHELL', 'a b'], Interval: 1e9 });
    expect(await refusal('--no-healthcheck', '--health-cmd', 'x')).toContain('conflicts with --health-* options');
    expect(await refusal('--ulimit', 'nofile=20:10')).toContain(
      'ulimit soft limit must be less than or equal to hard limit',
    );
  });

  it('joins networks', async () => {
    const host = await body('--network', 'host');
    expect(host.HostConfig.NetworkMode).toBe('host');
    expect(host.NetworkingConfig.EndpointsConfig).toEqual({});
    expect(await refusal('--network', 'name=foo,alias=a', '--network-alias', 'b')).toContain(
      'cannot specify both --network-alias and per-network alias',
    );
    const two = await body('--network', 'name=foo,alias=a,driver-opt=k=v', '--network', 'bar');
    expect(two.NetworkingConfig.EndpointsConfig.foo).toMatchObject({ Aliases: ['a'], DriverOpts: { k: 'v' } });
    expect(Object.keys(two.NetworkingConfig.EndpointsConfig)).toEqual(['foo', 'bar']);
    expect(await refusal('--network', 'none', '--network-alias', 'a')).toContain(
      'only supported for user-defined networks',
    );
  });
});
