import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MountSummary, VolumeSummary } from '../../src/wire/index.ts';
import { Project } from '../support/compose.ts';
import { semantics } from '../support/semantics.ts';

const { daemon, docker, call } = semantics(['alpine', 'nginx']);

const sleeper = { image: 'alpine', command: ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'] };
const app = {
  ...sleeper,
  volumes: [
    'data:/data',
    './folder:/folder:ro',
    '/anonymous',
    { type: 'volume', source: 'data', target: '/raw', read_only: true, volume: { nocopy: true } },
    { type: 'tmpfs', target: '/memory', tmpfs: { size: 1048576 } },
    { type: 'volume', source: 'data', target: '/part', volume: { subpath: 'part' } },
  ],
  configs: [{ source: 'motd', target: '/etc/motd' }],
};
const stack = {
  services: { app, site: { image: 'nginx' } },
  volumes: {
    data: { labels: { kind: 'test' } },
    given: { name: 'given_name', driver_opts: { type: 'tmpfs', device: 'tmpfs' } },
    outside: { external: true, name: 'outside_volume' },
  },
  configs: { motd: { file: './motd' } },
};
const withUsers = {
  ...stack,
  services: { ...stack.services, users: { ...sleeper, volumes: ['given:/given', 'outside:/outside'] } },
};

const project = new Project(daemon, 'numbered');
const volume = async (name: string) => (await call(`GET /volumes/${name}`)).body as VolumeSummary;
const inspect = async (service: string) =>
  (await call(`GET /containers/numbered-${service}-1/json`)).body as {
    HostConfig: { Binds: string[]; Mounts: object[] };
    Mounts: MountSummary[];
  };
const mountAt = async (service: string, destination: string) =>
  (await inspect(service)).Mounts.find(({ Destination }) => Destination === destination);

describe('29 Compose', () => {
  beforeAll(async () => {
    project.write(withUsers).write('welcome\n', 'motd');
    await docker.ok(
      'volume',
      'create',
      'numbered_data',
      '--label',
      'com.docker.compose.project=numbered',
      '--label',
      'com.docker.compose.volume=data',
    );
    await docker.ok('run', '--rm', '-v', 'numbered_data:/data', 'alpine', 'mkdir', '/data/part');
  });
  afterAll(() => project.discard());

  it('29.1 an external volume has to be there, and is neither created nor removed', async () => {
    const missing = await project.run('up', '-d');
    expect(missing.exitCode).not.toBe(0);
    expect(missing.stderr).toContain('external volume "outside_volume" not found');
    await docker.ok('volume', 'create', 'outside_volume');
    await project.ok('up', '-d');
    expect((await volume('outside_volume')).Labels).toEqual(null);
    expect((await volume('given_name')).Options).toEqual({ type: 'tmpfs', device: 'tmpfs' });
  });

  it('29.2 a volume bears its project, key and version', async () => {
    expect((await volume('given_name')).Labels).toMatchObject({
      'com.docker.compose.project': 'numbered',
      'com.docker.compose.volume': 'given',
      'com.docker.compose.version': expect.any(String),
    });
  });

  it('29.3 a volume that is not of the project is used as it is, with a warning', async () => {
    await docker.ok('volume', 'create', 'foreign_data');
    const foreign = new Project(daemon, 'foreign').write({
      services: { app: { ...sleeper, volumes: ['data:/data'] } },
      volumes: { data: {} },
    });
    const { exitCode, stderr } = await foreign.run('up', '-d');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/foreign_data.* already exists but was not created by Docker Compose/);
    expect((await volume('foreign_data')).Labels).toEqual(null);
    await foreign.discard();
  });

  it('29.4 an undeclared volume is refused before anything is made', async () => {
    const bad = new Project(daemon, 'refused');
    bad.write({ services: { app: { ...sleeper, volumes: ['nobody:/data'] } } });
    expect((await bad.run('up', '-d')).stderr).toContain('service "app" refers to undefined volume nobody');
    expect(await docker.ok('volume', 'ls', '-q', '--filter', 'name=refused')).toBe('');
  });

  it('29.5 a relative source of a bind is of the project’s folder, and is made', async () => {
    expect(await mountAt('app', '/folder')).toMatchObject({
      Type: 'bind',
      Source: `${project.folder}/folder`,
      RW: false,
    });
  });

  it('29.6 the long form: read-only, nocopy, a size of tmpfs, a part of a volume', async () => {
    expect(await mountAt('app', '/raw')).toMatchObject({ Type: 'volume', Name: 'numbered_data', RW: false });
    expect(await project.ok('exec', '-T', 'app', 'df', '-k', '/memory')).toMatch(/\s1024\s/);
    await project.ok('exec', '-T', 'app', 'touch', '/part/file');
    expect(await project.ok('exec', '-T', 'app', 'ls', '/data/part')).toBe('file');
  });

  it('29.7 a plain bind goes as Binds, and what says more as Mounts', async () => {
    const { HostConfig } = await inspect('app');
    expect(HostConfig.Binds).toEqual([`${project.folder}/folder:/folder:ro`]);
    expect(HostConfig.Mounts).toContainEqual(expect.objectContaining({ Type: 'volume', Target: '/raw' }));
  });

  it('29.8 a container made anew takes its anonymous volumes over, unless they are to be new', async () => {
    const before = [await mountAt('app', '/anonymous'), await mountAt('site', '/usr/share/nginx/html')];
    await project.ok('up', '-d', '--force-recreate', '-t', '0');
    const after = [await mountAt('app', '/anonymous'), await mountAt('site', '/usr/share/nginx/html')];
    expect(after.map((mount) => mount?.Name)).toEqual(before.map((mount) => mount?.Name));
    await project.ok('up', '-d', '--force-recreate', '-V', '-t', '0');
    expect((await mountAt('app', '/anonymous'))?.Name).not.toBe(before[0]?.Name);
  });

  it('29.9 only what has changed is made anew', async () => {
    const ids = async () => [await project.ok('ps', '-q', 'app'), await project.ok('ps', '-q', 'site')];
    const [app_, site] = await ids();
    project.write({ ...withUsers, services: { ...withUsers.services, site: { image: 'nginx', labels: { a: 'b' } } } });
    await project.ok('up', '-d', '-t', '0');
    const after = await ids();
    expect(after[0]).toBe(app_);
    expect(after[1]).not.toBe(site);
  });

  it('29.12 a config is a read-only bind', async () => {
    expect(await mountAt('app', '/etc/motd')).toMatchObject({
      Type: 'bind',
      Source: `${project.folder}/motd`,
      RW: false,
    });
  });

  it('29.10 run --rm and down -v take anonymous volumes and those of the project, and no others', async () => {
    const all = async () => (await docker.ok('volume', 'ls', '-q')).split('\n').filter(Boolean);
    const before = await all();
    await project.ok('run', '--rm', '-T', 'app', 'true');
    expect(await all()).toEqual(before);
    await project.ok('down', '-t', '0');
    expect(await all()).toEqual(expect.arrayContaining(['numbered_data', 'given_name']));
    await project.ok('down', '-v', '-t', '0');
    const left = await all();
    expect(left.filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual(['outside_volume']);
  });
});
