import { chmodSync, chownSync, linkSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteFolder } from '../images/index.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';

/*
 * Who owns the files of a volume, where this engine goes further than Docker: docs/volumes.md, "Who owns the files".
 */

const daemon = new TestDaemon();
const holdfast = new CommandLine('holdfast', daemon.host);
const docker = new CommandLine('docker', daemon.host);
withDaemon(daemon, ['alpine', 'nginx']);

const mountpoint = (name: string) => holdfast.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', name);
const ownerOf = (path: string): string => {
  const { uid, gid, mode } = statSync(path);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
};

describe('30 ownership: volume create -o uid= -o gid= -o mode=', () => {
  it('ownership: a volume is created with its owner and mode, and its user can write at once', async () => {
    await docker.ok('volume', 'create', '-o', 'uid=1000', '-o', 'gid=50', '-o', 'mode=0750', 'owned');
    expect(ownerOf(await mountpoint('owned'))).toBe('1000:50 750');
    await holdfast.ok('run', '--rm', '--user', '1000:50', '-v', 'owned:/data', 'alpine', 'touch', '/data/file');
    const options = await docker.ok('volume', 'inspect', '--format', '{{json .Options}}', 'owned');
    expect(JSON.parse(options)).toEqual({ uid: '1000', gid: '50', mode: '0750' });
  });

  it('ownership: seeding keeps the chosen owner and mode of the root, and the image’s owners of the content', async () => {
    await holdfast.ok('volume', 'create', '-o', 'uid=1000', '-o', 'mode=700', 'seeded');
    await docker.ok('create', '--name', 'seeding', '-v', `seeded:${siteFolder}`, 'nginx');
    const root = await mountpoint('seeded');
    expect(ownerOf(root)).toBe('1000:102 700');
    expect(ownerOf(`${root}/index.html`)).toBe('101:102 644');
  });

  it.each([docker, holdfast])('ownership: --mount makes one with its volume-opts, by $name', async (cli) => {
    const volume = `by_${cli.name}`;
    const mount = `type=volume,src=${volume},dst=/data,volume-opt=uid=33,volume-opt=mode=0700`;
    expect(
      await cli.ok('run', '--rm', '-u', '33', '--mount', mount, 'alpine', 'sh', '-c', 'touch /data/x; ls /data'),
    ).toBe('x');
    expect(ownerOf(await mountpoint(volume))).toBe('33:0 700');
  });

  it.each([
    [['uid=node'], 'invalid option uid="node": it takes a number from 0 to 4294967294, as names differ'],
    [['mode=rwx'], 'invalid option mode="rwx": it takes an octal number'],
    [['uid=1', 'owner=1'], 'invalid option: "owner"'],
    [['type=tmpfs', 'device=tmpfs', 'gid=1'], 'option "gid" cannot be combined with "type" and "device"'],
  ])('ownership: %j is refused and makes nothing', async (options, message) => {
    const { exitCode, stderr } = await docker.run([
      'volume',
      'create',
      ...options.flatMap((o) => ['-o', o]),
      'refused',
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`create refused: ${message}`);
    expect((await daemon.request('/volumes/refused')).status).toBe(404);
  });

  it('ownership: such a volume is measured and pruned like a plain one, since its data lies here', async () => {
    await docker.ok('volume', 'create', '-o', 'uid=7', 'pruned');
    await docker.ok('volume', 'create', '-o', 'uid=7', '-o', 'size=0', 'optioned');
    const usage = await daemon.request('/system/df?type=volume');
    const names = (usage.body as { Volumes: Array<{ Name: string }> }).Volumes.map(({ Name }) => Name);
    expect(names).toContain('pruned');
    expect(names).not.toContain('optioned');
    await docker.ok('volume', 'prune', '--all', '--force', '--filter', 'label!=none');
    expect((await daemon.request('/volumes/pruned')).status).toBe(404);
    expect((await daemon.request('/volumes/optioned')).status).toBe(200);
  });
});

describe('30 ownership: U, to take a mount over', () => {
  const script = 'touch /data/mine && cat /data/theirs';
  const filled = async (name: string): Promise<string> => {
    await holdfast.ok('run', '--rm', '-v', `${name}:/data`, 'alpine', 'sh', '-c', 'umask 77; echo yes > /data/theirs');
    return mountpoint(name);
  };

  it.each([docker, holdfast])('ownership: -v volume:/data:U gives all to the user, by $name', async (cli) => {
    const root = await filled(`taken_${cli.name}`);
    const refused = await cli.run([
      'run',
      '--rm',
      '-u',
      '1000',
      '-v',
      `taken_${cli.name}:/data`,
      'alpine',
      'sh',
      '-c',
      script,
    ]);
    expect(refused.exitCode).not.toBe(0);
    expect(
      await cli.ok('run', '--rm', '-u', '1000:50', '-v', `taken_${cli.name}:/data:U`, 'alpine', 'sh', '-c', script),
    ).toBe('yes');
    expect(ownerOf(root)).toBe('1000:50 755');
    expect(ownerOf(`${root}/theirs`)).toBe('1000:50 600');
  });

  it('ownership: the user’s name is looked up in the image, and what is seeded is taken over as well', async () => {
    await docker.ok(
      'run',
      '--rm',
      '-u',
      'nobody',
      '-v',
      `named:${siteFolder}:U`,
      'nginx',
      'touch',
      `${siteFolder}/private.key`,
    );
    const uid = await docker.ok('run', '--rm', 'nginx', 'id', '-u', 'nobody');
    expect(ownerOf(`${await mountpoint('named')}/private.key`)).toMatch(`${uid}:`);
  });

  it('ownership: --mount takes U and chown; read-only data is taken over too', async () => {
    const root = await filled('by_mount');
    const mount = (more: string) => ['--mount', `src=by_mount,dst=/data,${more}`, 'alpine', 'cat', '/data/theirs'];
    expect(await holdfast.ok('run', '--rm', '-u', '1000', ...mount('U=true,readonly'))).toBe('yes');
    expect(ownerOf(`${root}/theirs`)).toBe('1000:0 600');
    expect(await holdfast.ok('run', '--rm', '-u', '33', ...mount('chown'))).toBe('yes');
  });

  it('ownership: a folder of the host is taken over, but for files with a hard link outside', async () => {
    const folder = join(daemon.folder, 'taken');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    writeFileSync(join(folder, 'deep', 'file'), '');
    writeFileSync(join(daemon.folder, 'outside'), '');
    linkSync(join(daemon.folder, 'outside'), join(folder, 'linked'));
    await docker.ok('run', '--rm', '-u', '1000', '-v', `${folder}:/data:U`, 'alpine', 'touch', '/data/deep/new');
    expect(ownerOf(join(folder, 'deep', 'file'))).toBe('1000:0 644');
    expect(ownerOf(join(folder, 'linked'))).toBe('0:0 644');
    expect(daemon.log()).toContain('not taken over, for hard links outside');
  });

  it('ownership: it happens at each start, since the files may have changed hands', async () => {
    await docker.ok(
      'create',
      '--name',
      'again',
      '-u',
      '1000',
      '-v',
      'again_data:/data:U',
      'alpine',
      'touch',
      '/data/x',
    );
    await docker.ok('start', '--attach', 'again');
    const root = await mountpoint('again_data');
    chownSync(root, 0, 0);
    chownSync(`${root}/x`, 0, 0);
    await docker.ok('start', '--attach', 'again');
    expect(ownerOf(`${root}/x`)).toBe('1000:0 644');
    expect(await docker.ok('inspect', '--format', '{{range .Mounts}}{{.Mode}}{{end}}', 'again')).toBe('U');
  });

  it('ownership: folders that the host needs are refused, also behind a link or a volume’s device', async () => {
    const direct = await docker.run(['create', '-v', '/etc:/data:U', 'alpine']);
    expect(direct.stderr).toContain("cannot give /etc to the container's user");
    expect(direct.exitCode).toBe(1);
    const options = ['-o', 'type=none', '-o', 'o=bind', '-o', 'device=/usr'];
    await docker.ok('volume', 'create', ...options, 'hidden');
    const before = ownerOf('/usr');
    const behind = await docker.run(['run', '--rm', '-u', '1000', '-v', 'hidden:/data:U,nocopy', 'alpine', 'true']);
    expect(behind.stderr).toContain('cannot give /usr to');
    expect(behind.exitCode).toBe(125);
    expect(ownerOf('/usr')).toBe(before);
  });
});

describe('30 ownership: a warning where the user cannot write', () => {
  const warningsOf = async (body: object): Promise<string[]> => {
    const answer = await daemon.request('/containers/create', { method: 'POST', body: { Image: 'alpine', ...body } });
    expect(answer.status).toBe(201);
    return (answer.body as { Warnings: string[] }).Warnings;
  };

  it.each([docker, holdfast])('ownership: run explains it in one sentence, by $name', async (cli) => {
    const volume = `explained_${cli.name}`;
    const denied = await cli.run([
      'run',
      '--rm',
      '-u',
      '1000:50',
      '-v',
      `${volume}:/data`,
      'alpine',
      'touch',
      '/data/x',
    ]);
    expect(denied.exitCode).toBe(1);
    expect(denied.stderr).toContain(
      `WARNING: The user 1000:50 cannot write to /data: the volume ${volume} belongs to 0:0 with mode 0755. ` +
        `Give it to the user with "-v ${volume}:/data:U", or make it with "volume create -o uid=1000 -o gid=50", or mount it read-only`,
    );
    const followed = await cli.run([
      'run',
      '--rm',
      '-u',
      '1000:50',
      '-v',
      `${volume}:/data:U`,
      'alpine',
      'touch',
      '/data/x',
    ]);
    expect(followed).toMatchObject({ exitCode: 0, stderr: '' });
    const after = await cli.run([
      'run',
      '--rm',
      '-u',
      '1000:50',
      '-v',
      `${volume}:/data`,
      'alpine',
      'touch',
      '/data/y',
    ]);
    expect(after).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('ownership: a folder of the host, there or still to be made, and an anonymous volume', async () => {
    const folder = join(daemon.folder, 'of-root');
    mkdirSync(folder, { mode: 0o700 });
    const missing = join(daemon.folder, 'missing');
    const warnings = await warningsOf({
      User: '33:33',
      Volumes: { '/own': {} },
      HostConfig: { Binds: [`${folder}:/a`, `${missing}:/b`] },
    });
    expect(warnings).toEqual([
      expect.stringContaining(
        `The user 33:33 cannot write to /a: ${folder} on the host belongs to 0:0 with mode 0700.`,
      ),
      expect.stringContaining(`cannot write to /b: ${missing} on the host belongs to 0:0 with mode 0755.`),
      expect.stringContaining('cannot write to /own: its volume belongs to 0:0 with mode 0755.'),
    ]);
  });

  it('ownership: nothing is said where the user can write, or is not meant to', async () => {
    const shared = join(daemon.folder, 'of-group');
    mkdirSync(shared, { mode: 0o775 });
    chmodSync(shared, 0o2775);
    chownSync(shared, 0, 4242);
    writeFileSync(join(daemon.folder, 'a-file'), '');
    await docker.ok('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'in_memory');
    const Binds = [
      `${shared}:/group`,
      `${daemon.folder}:/all:ro`,
      `${join(daemon.folder, 'a-file')}:/file`,
      '/usr:/host/usr',
      'quiet:/taken:U',
      'quiet:/mapped:idmap',
      'in_memory:/memory',
    ];
    expect(await warningsOf({ User: '1000', HostConfig: { Binds, GroupAdd: ['4242'] } })).toEqual([]);
    expect(await warningsOf({ User: '', HostConfig: { Binds: ['quiet:/data'] } })).toEqual([]);
    expect(await warningsOf({ User: 'nobody', Image: 'nginx', HostConfig: { Tmpfs: { '/t': '' } } })).toEqual([
      expect.stringContaining(`cannot write to ${siteFolder}: its volume belongs to 101:102 with mode 0750.`),
    ]);
    expect(await warningsOf({ User: '101:102', Image: 'nginx' })).toEqual([]);
  });

  it('ownership: root without the right to pass over permissions is a user like others', async () => {
    await docker.ok('volume', 'create', '-o', 'uid=1000', '-o', 'mode=0700', 'of_1000');
    const HostConfig = { Binds: ['of_1000:/data'] };
    expect(await warningsOf({ HostConfig })).toEqual([]);
    expect(await warningsOf({ HostConfig: { ...HostConfig, CapDrop: ['ALL'] } })).toEqual([
      expect.stringContaining(
        'The user 0:0 cannot write to /data: the volume of_1000 belongs to 1000:0 with mode 0700.',
      ),
    ]);
    const denied = await docker.run([
      'run',
      '--rm',
      '--cap-drop',
      'ALL',
      '-v',
      'of_1000:/data',
      'alpine',
      'touch',
      '/data/x',
    ]);
    expect(denied.exitCode).toBe(1);
  });
});
