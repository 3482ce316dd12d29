import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createContainer, planContainer, startContainer } from '../support/containers.ts';
import { semantics } from '../support/semantics.ts';

const { call, daemon, docker } = semantics();

const shell = (command: string) => ['alpine', 'sh', '-c', command];
const volume = (Source: string, Target: string) => ({ Type: 'volume', Source, Target });
const shown = async (hostConfig: object, config: object = {}) => {
  const { status, message, mounts } = await planContainer(daemon, hostConfig, { config });
  if (status !== 201) throw new Error(`${status} ${message}`);
  return mounts.map(({ Type, Name = '', Source, Destination }) => {
    const name = /^[0-9a-f]{64}$/.test(Name) ? 'anonymous' : Name;
    return `${Destination} ${Type} ${Type === 'bind' ? Source : name}`;
  });
};

describe('14.1 what wins', () => {
  it('14.1 volumes-from, the later over the earlier, then Binds and Mounts, then Config.Volumes', async () => {
    await docker.ok(
      'create',
      '--name',
      'one',
      '-v',
      'one_a:/a',
      '-v',
      'one_b:/b',
      '-v',
      'one_c:/c',
      '-v',
      'one_d:/d',
      'alpine',
    );
    await docker.ok('create', '--name', 'two', '-v', 'two_b:/b', '-v', 'two_c:/c', '-v', 'two_d:/d', 'alpine');
    const hostConfig = {
      VolumesFrom: ['one', 'two'],
      Binds: ['/host:/c/'],
      Mounts: [volume('mine_d', '/x/../d')],
    };
    const config = { Volumes: { '/a/': {}, '/b': {}, '/c': {}, '/d': {}, '/e/./': {} } };
    expect(await shown(hostConfig, config)).toEqual([
      '/a volume one_a',
      '/b volume two_b',
      '/c bind /host',
      '/d volume mine_d',
      '/e volume anonymous',
    ]);
    const Reversed = { VolumesFrom: ['two', 'one'] };
    expect(await shown(Reversed)).toContain('/b volume one_b');
  });

  it('14.1 a tmpfs takes the place of what is inherited', async () => {
    await docker.ok('create', '--name', 'inherited', '-v', 'inherited_a:/a', 'alpine');
    expect(await shown({ VolumesFrom: ['inherited'], Tmpfs: { '/a': '' } })).toEqual([]);
  });
});

describe('14.2 the same path twice', () => {
  const duplicate = async (hostConfig: object) => {
    const { status, message } = await planContainer(daemon, hostConfig);
    return `${status} ${message}`;
  };

  it.each<[object, string]>([
    [{ Binds: ['/a:/x', 'vol:/x'] }, '/x'],
    [{ Binds: ['/a:/x', '/a:/y/../x/'] }, '/x'],
    [{ Binds: ['/x', 'vol:/x'] }, '/x'],
    [{ Mounts: [volume('vol', '/x'), volume('vol', '/x/')] }, '/x/'],
    [{ Mounts: [volume('vol', '/x/'), { Type: 'tmpfs', Target: '/x' }] }, '/x'],
    [{ Binds: ['vol:/x'], Mounts: [volume('vol', '/x//')] }, '/x//'],
  ])('14.2 %j', async (hostConfig, path) => {
    expect(await duplicate(hostConfig)).toBe(`400 Duplicate mount point: ${path}`);
  });

  it('14.2 what replaces an inherited volume lets go of it', async () => {
    await docker.ok('create', '--name', 'origin', '-v', 'replaced:/a', 'alpine');
    const { id } = await createContainer(daemon, { VolumesFrom: ['origin'], Binds: ['replacing:/a'] });
    await docker.ok('rm', 'origin');
    expect((await call('DELETE /volumes/replaced')).status).toBe(204);
    expect((await call('DELETE /volumes/replacing')).status).toBe(409);
    await docker.ok('rm', id);
  });
});

describe('14.3 one volume at several paths', () => {
  it('14.3 is one volume', async () => {
    const flags = ['-v', 'several:/a', '-v', 'several:/b:ro', '--mount', 'type=volume,src=several,dst=/c/d'];
    expect(
      await docker.ok(
        'run',
        '--rm',
        ...flags,
        ...shell('echo x > /a/f; cat /b/f /c/d/f; touch /b/g 2>&1 | grep -o Read-only'),
      ),
    ).toBe('x\nx\nRead-only');
  });
});

describe('14.4 mounts inside mounts', () => {
  const flagsOf = {
    a: ['-v', 'outer:/x'],
    b: ['-v', 'inner:/x/y'],
    c: ['--tmpfs', '/x/y/z:size=1m'],
    d: ['--mount', 'type=volume,src=deep,dst=/x/y/z/w'],
  };
  const look = shell(`awk '$5 ~ "^/x" { print $5 }' /proc/self/mountinfo; touch /x/y/z/w/found && ls -R /x`);
  const nested = `/x\n/x/y\n/x/y/z\n/x/y/z/w\n/x:\ny\n\n/x/y:\nz\n\n/x/y/z:\nw\n\n/x/y/z/w:\nfound`;

  it.each(['abcd', 'dcba', 'bdac'])('14.4 the order of the request, %s, does not matter', async (order) => {
    const flags = [...order].flatMap((key) => flagsOf[key as keyof typeof flagsOf]);
    expect(await docker.ok('run', '--rm', ...flags, ...look)).toBe(nested);
  });

  it('14.4 a missing mount point is made in what is beneath, also in a volume', async () => {
    const content = (name: string) => readdirSync(join(daemon.dataRoot, 'volumes', name, '_data'));
    await docker.ok('run', '--rm', '-v', 'made_in:/x', '-v', 'inside:/x/y', 'alpine', 'touch', '/x/y/file');
    expect(content('made_in')).toEqual(['y']);
    expect(content('inside')).toEqual(['file']);
    expect(readdirSync(join(daemon.dataRoot, 'volumes', 'made_in', '_data', 'y'))).toEqual([]);
  });

  it('14.4 one cannot be made in what is read-only', async () => {
    const folder = join(daemon.folder, 'bare');
    mkdirSync(folder);
    const { status, message } = await startContainer(daemon, { Binds: [`${folder}:/x:ro`, 'inside:/x/y'] });
    expect(status).toBe(500);
    expect(message).toContain('read-only file system');
    expect(readdirSync(folder)).toEqual([]);
    mkdirSync(join(folder, 'y'));
    const flags = ['-v', `${folder}:/x:ro`, '-v', 'inside:/x/y'];
    expect(await docker.ok('run', '--rm', ...flags, ...shell('touch /x/y/file && ls /x/y'))).toBe('file');
  });
});

describe('14.5 what every container has', () => {
  const folder = join(daemon.folder, 'in-place');
  const seen = (path: string) =>
    shell(`awk '$5 == "${path}" || index($5, "${path}/") == 1 { print $5 }' /proc/self/mountinfo`);

  it('14.5 a mount at /dev takes the place of all that is mounted in there', async () => {
    const own = await docker.ok('run', '--rm', ...seen('/dev'));
    expect(own.split('\n')).toEqual(expect.arrayContaining(['/dev', '/dev/pts', '/dev/mqueue', '/dev/shm']));
    const mount = 'type=bind,src=/dev,dst=/dev,bind-recursive=disabled';
    expect(await docker.ok('run', '--rm', '--mount', mount, ...seen('/dev'))).toBe('/dev');
  });

  it('14.5 a mount at /dev/shm takes the place of the shared memory', async () => {
    const flags = ['-v', 'memory:/dev/shm', '--shm-size', '1m'];
    const look = shell(`awk '$2 == "/dev/shm" { print $3 != "tmpfs" }' /proc/mounts; touch /dev/shm/file`);
    expect(await docker.ok('run', '--rm', ...flags, ...look)).toBe('1');
    expect(readdirSync(join(daemon.dataRoot, 'volumes', 'memory', '_data'))).toEqual(['file']);
  });

  it('14.5 mounts in /dev and at /sys replace or add to the defaults', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine'), '');
    expect(
      await docker.ok(
        'run',
        '--rm',
        '-v',
        `${folder}:/dev/more`,
        '-v',
        `${folder}:/sys`,
        ...shell('ls /dev/more /sys'),
      ),
    ).toBe('/dev/more:\nmine\n\n/sys:\nmine');
    expect(await docker.ok('run', '--rm', '-v', `${folder}:/sys/fs/cgroup`, ...shell('ls /sys/fs/cgroup'))).toBe(
      'mine',
    );
  });

  it('14.5 some files of /proc can be mounted over', async () => {
    writeFileSync(join(daemon.folder, 'cpuinfo'), 'as I say\n');
    const bind = `${join(daemon.folder, 'cpuinfo')}:/proc/cpuinfo:ro`;
    expect(await docker.ok('run', '--rm', '-v', bind, ...shell('cat /proc/cpuinfo'))).toBe('as I say');
  });

  it.each(['/proc', '/proc/sys', '/proc/made'])('14.5 a mount at %s is refused with what may be', async (path) => {
    const { status, message } = await startContainer(daemon, { Binds: [`vol:${path}`] });
    expect(status).toBe(500);
    expect(message).toContain('the runtime lets nothing be mounted over /proc');
    expect(message).toContain('/proc/cpuinfo');
  });
});
