import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filters, semantics } from '../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics(['alpine', 'nginx']);

interface Inspected {
  Id: string;
  Mounts: Array<{ Destination: string; [field: string]: unknown }>;
  Config: { Volumes: object | null };
  HostConfig: Record<string, unknown>;
}

const inspect = async (name: string) => (await call(`GET /containers/${name}/json`)).body as Inspected;
const mountAt = async (name: string, path: string) =>
  (await inspect(name)).Mounts.find(({ Destination }) => Destination === path);

const folder = join(daemon.folder, 'bound');

beforeAll(async () => {
  mkdirSync(folder);
  const asked = {
    Image: 'alpine',
    Volumes: { '/anonymous': {} },
    HostConfig: {
      Binds: ['named:/named', 'named:/quiet:ro', `${folder}:/bound`, `${folder}:/slave:ro,rslave`],
      Mounts: [
        { Type: 'volume', Source: 'long', Target: '/long', VolumeOptions: { NoCopy: true } },
        { Type: 'tmpfs', Target: '/memory', TmpfsOptions: { SizeBytes: 1048576 } },
      ],
      Tmpfs: { '/scratch': 'size=1m' },
    },
  };
  await call('POST /containers/create?name=shown', asked);
  await docker.ok('create', '--name', 'heir', '--volumes-from', 'shown:ro', 'alpine');
});

describe('19 inspect and ps', () => {
  it('19.1 a named volume', async () => {
    const common = { Type: 'volume', Name: 'named', Driver: 'local', Propagation: '' };
    const Source = `${daemon.dataRoot}/volumes/named/_data`;
    expect(await mountAt('shown', '/named')).toEqual({ ...common, Source, Destination: '/named', Mode: 'z', RW: true });
    expect(await mountAt('shown', '/quiet')).toEqual({
      ...common,
      Source,
      Destination: '/quiet',
      Mode: 'ro',
      RW: false,
    });
    expect(await mountAt('shown', '/long')).toMatchObject({ ...common, Name: 'long', Mode: 'z', RW: true });
  });

  it('19.1 an anonymous volume, and inherited ones, have no mode', async () => {
    expect(await mountAt('shown', '/anonymous')).toMatchObject({
      Name: expect.stringMatching(/^[0-9a-f]{64}$/),
      Mode: '',
      RW: true,
    });
    expect(await mountAt('heir', '/named')).toMatchObject({ Name: 'named', Mode: '', RW: false });
  });

  it('19.2 a bind has a propagation, and neither name nor driver', async () => {
    const common = { Type: 'bind', Source: folder };
    expect(await mountAt('shown', '/bound')).toEqual({
      ...common,
      Destination: '/bound',
      Mode: '',
      RW: true,
      Propagation: 'rprivate',
    });
    expect(await mountAt('shown', '/slave')).toEqual({
      ...common,
      Destination: '/slave',
      Mode: 'ro,rslave',
      RW: false,
      Propagation: 'rslave',
    });
  });

  it('19.3 Config.Volumes has the paths of VOLUME and -v; HostConfig echoes the request', async () => {
    const { Config, HostConfig } = await inspect('shown');
    expect(Config.Volumes).toEqual({ '/anonymous': {} });
    expect(HostConfig).toMatchObject({
      Tmpfs: { '/scratch': 'size=1m' },
      VolumeDriver: '',
      VolumesFrom: null,
      Mounts: [
        { Type: 'volume', Source: 'long', Target: '/long', VolumeOptions: { NoCopy: true } },
        { Type: 'tmpfs', Target: '/memory', TmpfsOptions: { SizeBytes: 1048576 } },
      ],
    });
    expect(HostConfig.Binds).toHaveLength(4);
    expect((await inspect('heir')).HostConfig.VolumesFrom).toEqual(['shown:ro']);
    await docker.ok('create', '--name', 'web', 'nginx');
    expect((await inspect('web')).Config.Volumes).toEqual({ '/usr/share/nginx/html': {} });
  });

  it.each([docker, holdfast])(
    '19.4 ps --filter volume= finds a name, a source or a destination, exactly, by $name',
    async (cli) => {
      const found = async (...wanted: string[]) => {
        const args = wanted.flatMap((value) => ['--filter', `volume=${value}`]);
        return (await cli.ok('ps', '-a', '--format', '{{.Names}}', ...args)).split('\n').sort();
      };
      expect(await found('named')).toEqual(['heir', 'shown']);
      expect(await found(folder)).toEqual(['heir', 'shown']);
      expect(await found('/long')).toEqual(['heir', 'shown']);
      expect(await found('nam')).toEqual(['']);
      expect(await found('/usr/share/nginx')).toEqual(['']);
      expect(await found('/usr/share/nginx/html', 'long')).toEqual(['heir', 'shown', 'web']);
    },
  );

  it('19.4 ps has the mounts as inspect has them', async () => {
    const { body } = await call(`GET /containers/json?all=1&${filters({ name: ['shown'] })}`);
    const [listed] = body as [Inspected];
    const byDestination = (mounts: Inspected['Mounts']) =>
      [...mounts].sort((a, b) => (a.Destination < b.Destination ? -1 : 1));
    expect(byDestination(listed.Mounts)).toEqual(byDestination((await inspect('shown')).Mounts));
  });
});
