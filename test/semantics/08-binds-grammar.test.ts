import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createContainer, planContainer } from '../support/containers.ts';
import { semantics } from '../support/semantics.ts';

const { daemon, docker, holdfast } = semantics();

const plan = (...Binds: string[]) => planContainer(daemon, { Binds });
const mountOf = async (bind: string) => (await plan(bind)).mounts[0];
const refused = async (bind: string) => {
  const { status, message } = await plan(bind);
  return `${status} ${message}`;
};

describe('8 -v and HostConfig.Binds', () => {
  it('8.1 one field is an anonymous volume', async () => {
    expect(await plan('/path')).toMatchObject({
      status: 201,
      mounts: [{ Type: 'volume', Name: expect.stringMatching(/^[0-9a-f]{64}$/), Destination: '/path' }],
    });
  });

  it('8.1 two fields are source and target, three have a mode', async () => {
    expect(await mountOf('vol:/path')).toMatchObject({ Type: 'volume', Name: 'vol', Destination: '/path', RW: true });
    expect(await mountOf('/host:/path:ro')).toMatchObject({ Type: 'bind', Source: '/host', RW: false, Mode: 'ro' });
  });

  it.each(['/path:ro', 'vol:ro', 'a:/b:ro:z', '/a:/b:c:d', ':/path', '::', 'vol::ro', '/a::'])(
    '8.1 %j is an invalid specification',
    async (bind) => {
      expect(await refused(bind)).toContain(`500 invalid volume specification: '${bind}'`);
    },
  );

  it('8.2 grammar is 500, a name in it 400, a duplicate 400', async () => {
    expect(await refused('vol:/path:nonsense')).toBe('500 invalid mode: nonsense');
    expect(await refused('x:/path')).toMatch(/^400 create x: volume name is too short/);
    expect(await refused('a b:/path')).toMatch(/^400 create a b: "a b" includes invalid characters/);
    const twice = await plan('/a:/path', 'vol:/path/');
    expect(`${twice.status} ${twice.message}`).toBe('400 Duplicate mount point: /path');
  });

  it.each(['./here:/path', '~/home:/path', 'a/b:/path'])(
    '8.3 the daemon knows no relative host paths: %s names a volume, and badly',
    async (bind) => {
      expect(await refused(bind)).toMatch(/^400 create .* includes invalid characters for a local volume name/);
    },
  );

  it('8.4 a mode has one word of each group', async () => {
    for (const mode of ['ro', 'rw', 'z', 'Z', 'nocopy', 'cached', 'ro,nocopy,z,delegated', 'consistent,rw', '']) {
      expect(await mountOf(`vol:/path:${mode}`)).toMatchObject({ Mode: mode || 'z', RW: !mode.includes('ro') });
    }
    for (const mode of ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave', 'rslave,ro,z']) {
      const [propagation] = mode.split(',');
      expect(await mountOf(`/host:/path:${mode}`)).toMatchObject({ Mode: mode, Propagation: propagation });
    }
  });

  it.each([
    'ro,rw',
    'ro,ro',
    'z,Z',
    'shared,rslave',
    'cached,consistent',
    ',ro',
    'ro,',
    'RO',
    'copy',
    'unbindable',
    ' ro',
  ])('8.4 %j is no mode', async (mode) => {
    expect(await refused(`/host:/path:${mode}`)).toBe(`500 invalid mode: ${mode}`);
  });

  it('8.5 a volume has no propagation, a bind nothing to copy', async () => {
    expect(await refused('vol:/path:rslave')).toContain("500 invalid volume specification: 'vol:/path:rslave'");
    expect(await refused('vol:/path:rslave')).toContain('field BindOptions must not be specified');
    expect(await refused('/host:/path:nocopy')).toContain('field VolumeOptions must not be specified');
  });

  it('8.6 the target is absolute, not the root, and cleaned', async () => {
    expect(await mountOf('vol:/a//b/../c/')).toMatchObject({ Destination: '/a/c' });
    expect(await mountOf('vol:\\a\\b')).toMatchObject({ Destination: '/a/b' });
    expect(await refused('vol:relative')).toContain("invalid mount path: 'relative' mount path must be absolute");
    for (const root of ['/', '/.', '/..', '/a/..', '//']) {
      expect(await refused(`vol:${root}`)).toContain("invalid specification: destination can't be '/'");
    }
  });

  it('8.7 a missing source is made at start, as a folder, also where a file was meant', async () => {
    const source = join(daemon.folder, 'missing', 'settings.conf');
    const { id } = await createContainer(daemon, { Binds: [`${source}:/etc/settings.conf`] });
    expect(statSync(source, { throwIfNoEntry: false })).toBeUndefined();
    await docker.ok('start', '-a', id);
    const { mode, uid, gid } = statSync(source);
    expect({ mode: mode.toString(8), uid, gid }).toEqual({ mode: '40755', uid: 0, gid: 0 });
    expect(statSync(join(daemon.folder, 'missing')).isDirectory()).toBe(true);
  });

  it('8.7 one that cannot be made fails the start and says why', async () => {
    const underFile = `${daemon.folder}/daemon.log/deep`;
    const { exitCode, stderr } = await docker.run(['run', '--rm', '-v', `${underFile}:/path`, 'alpine']);
    expect(exitCode).toBe(125);
    expect(stderr).toContain(`error while creating mount source path '${underFile}'`);
    expect(stderr).toContain('not a directory');
  });

  it('8.8 inspect shows the mode verbatim, "z" where a volume has none, "" for a Config.Volumes', async () => {
    expect(await mountOf('vol:/path')).toMatchObject({ Mode: 'z' });
    expect(await mountOf('vol:/path:ro,z')).toMatchObject({ Mode: 'ro,z' });
    expect(await mountOf('/host:/path')).toMatchObject({ Mode: '' });
    const { mounts } = await planContainer(daemon, {}, { config: { Volumes: { '/path': {} } } });
    expect(mounts).toMatchObject([{ Mode: '', Type: 'volume' }]);
  });

  it('8.9 labels and consistency change nothing here', async () => {
    const bind = ['-v', `${daemon.folder}/labels:/one:Z,delegated`, '-v', 'labelled:/two:z,cached'];
    expect(await docker.ok('run', '--rm', ...bind, 'alpine', 'sh', '-c', 'touch /one/f /two/f && ls /one /two')).toBe(
      '/one:\nf\n\n/two:\nf',
    );
  });
});

describe.each([docker, holdfast])('8.10 -v of $name', (cli) => {
  interface Shown {
    Config: { Volumes: object | null };
    HostConfig: { Binds: string[] | null };
  }
  const created = async (...flags: string[]): Promise<Shown> => {
    const id = await cli.ok('create', ...flags, 'alpine');
    const [shown] = JSON.parse(await cli.ok('inspect', id)) as [Shown];
    await cli.ok('rm', '-v', id);
    return shown;
  };

  it('8.10 a path alone goes to Config.Volumes, all else to Binds', async () => {
    const shown = await created('-v', '/alone', '-v', 'vol:/one', '-v', '/host:/two:ro');
    expect(shown.Config.Volumes).toEqual({ '/alone': {} });
    expect(shown.HostConfig.Binds?.toSorted()).toEqual(['/host:/two:ro', 'vol:/one']);
  });

  it('8.10 the same words twice are one', async () => {
    const { HostConfig } = await created('-v', 'vol:/one', '-v', 'vol:/one');
    expect(HostConfig.Binds).toEqual(['vol:/one']);
  });

  it('8.3 a source that starts with a dot is a path from here', async () => {
    for (const [source, path] of [
      ['.', ''],
      ['./sub', '/sub'],
      ['.hidden', '/.hidden'],
    ]) {
      const { stdout } = await cli.run(['create', '-v', `${source}:/path`, 'alpine'], { cwd: daemon.folder });
      const binds = await cli.ok('inspect', '-f', '{{json .HostConfig.Binds}}', stdout.trim());
      expect(JSON.parse(binds)).toEqual([`${daemon.folder}${path}:/path`]);
      await cli.ok('rm', stdout.trim());
    }
  });

  it.each([
    ['', 'invalid empty volume spec'],
    ['/host:', 'invalid spec: /host:: empty section between colons'],
    ['vol::ro', 'invalid spec: vol::ro: empty section between colons'],
    [':/path', 'invalid spec: :/path: empty section between colons'],
  ])('8.10 %j is refused', async (spec, message) => {
    const { exitCode, stderr } = await cli.run(['create', '-v', spec, 'alpine']);
    expect(exitCode).toBe(125);
    expect(stderr).toContain(message);
  });

  it('8.10 what is not known of a mode is left to the daemon', async () => {
    const { exitCode, stderr } = await cli.run(['create', '-v', 'vol:/path:nonsense', 'alpine']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('invalid mode: nonsense');
  });
});

describe('8 refused requests', () => {
  it('8.2 make no volume', async () => {
    const volumes = () => readdirSync(join(daemon.dataRoot, 'volumes')).toSorted();
    const before = volumes();
    for (const binds of [
      ['fresh:/a', 'fresh2:/a'],
      ['fresh:/a', 'x:ro'],
      ['/anonymous', 'fresh:/a:nonsense'],
    ]) {
      expect((await plan(...binds)).status).toBeGreaterThanOrEqual(400);
    }
    expect(volumes()).toEqual(before);
  });
});
