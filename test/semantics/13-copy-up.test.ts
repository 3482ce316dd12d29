import { lstatSync, mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { siteFolder } from '../images/index.ts';
import { runProgram } from '../support/program.ts';
import { refusal, semantics } from '../support/semantics.ts';
import { readTree } from '../support/tree.ts';

const { call, daemon, docker } = semantics(['alpine', 'nginx']);

const mountpoint = (name: string) => docker.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', name);
const entries = async (name: string) => readdirSync(await mountpoint(name));
const ownerOf = (path: string) => {
  const { uid, gid, mode } = statSync(path);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
};
const create = (...args: string[]) => docker.ok('create', ...args);

beforeAll(async () => {
  const script = [
    'mkdir -p /awkward/empty /hollow /real && chmod 2750 /hollow && chown 11:12 /hollow',
    'mkfifo -m 620 /awkward/pipe && mknod /awkward/null c 1 3 && ln -s /nowhere /awkward/dangling',
    'echo one > /awkward/one && ln /awkward/one /awkward/two && touch -d "2001-02-03 04:05:06" /awkward/one',
    'echo real > /real/file && ln -s /real /link && echo text > /file',
  ];
  await docker.ok('run', '--name', 'maker', 'alpine', 'sh', '-c', script.join(' && '));
  await docker.ok('commit', 'maker', 'awkward');
  await docker.ok('rm', 'maker');
});

describe('13 copy-up', () => {
  it.each([
    ['-v', `from_bind:${siteFolder}`, 'from_bind'],
    ['-v', `from_read_only:${siteFolder}:ro`, 'from_read_only'],
    ['--mount', `src=from_mount,dst=${siteFolder}`, 'from_mount'],
  ])('13.1 at create, by %s %s', async (flag, value, name) => {
    await create(flag, value, 'nginx');
    expect(await entries(name)).toContain('index.html');
  });

  it('13.1 an anonymous volume of VOLUME', async () => {
    const id = await create('nginx');
    const name = await docker.ok('inspect', '-f', '{{(index .Mounts 0).Name}}', id);
    expect(await entries(name)).toContain('index.html');
  });

  it('13.2 not into a bind mount, nor into what --volumes-from brings', async () => {
    const folder = join(daemon.folder, 'bound');
    mkdirSync(folder);
    await create('-v', `${folder}:${siteFolder}`, 'nginx');
    expect(readdirSync(folder)).toEqual([]);
    await create('--name', 'origin', '-v', `inherited:${siteFolder}`, 'alpine');
    await create('--volumes-from', 'origin', 'nginx');
    expect(await entries('inherited')).toEqual([]);
  });

  it('13.3 only into a volume with no entries at all, lost+found counting as one', async () => {
    await docker.ok('volume', 'create', 'disk');
    mkdirSync(join(await mountpoint('disk'), 'lost+found'));
    await create('-v', `disk:${siteFolder}`, 'nginx');
    expect(await entries('disk')).toEqual(['lost+found']);
  });

  it('13.4 with owners, modes, times, links, pipes, devices and attributes', async () => {
    await create('-v', 'whole:/awkward', 'awkward');
    const archive = join(daemon.folder, 'awkward.tar');
    const folder = join(daemon.folder, 'awkward');
    mkdirSync(folder);
    await docker.ok('export', '-o', archive, await create('awkward'));
    const unpacked = await runProgram(['tar', '--numeric-owner', '-C', folder, '-xpf', archive, 'awkward']);
    expect(unpacked).toMatchObject({ exitCode: 0 });
    const copied = await mountpoint('whole');
    expect(await readTree(copied)).toEqual(await readTree(join(folder, 'awkward')));
    expect(lstatSync(join(copied, 'null'))).toMatchObject({ rdev: 0x103 });
    expect(statSync(join(copied, 'one')).ino).toBe(statSync(join(copied, 'two')).ino);
  });

  it('13.4 sparse files stay sparse', async () => {
    const folder = join(daemon.folder, 'image');
    mkdirSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data', 'sparse'), 'begin');
    truncateSync(join(folder, 'data', 'sparse'), 4 * 1024 * 1024);
    const archive = join(daemon.folder, 'sparse.tar');
    await runProgram(['tar', '--sparse', '-C', folder, '-cf', archive, '.']);
    await docker.ok('import', archive, 'sparse');
    await create('-v', 'sparse:/data', 'sparse', 'true');
    const { size, blocks } = statSync(join(await mountpoint('sparse'), 'sparse'));
    expect(size).toBe(4 * 1024 * 1024);
    expect(blocks * 512).toBeLessThan(size / 2);
  });

  it('13.4 the root takes owner and mode of the image’s folder, also of an empty one', async () => {
    await create('-v', 'hollow:/hollow', 'awkward');
    expect(ownerOf(await mountpoint('hollow'))).toBe('11:12 2750');
    await create('-v', `site:${siteFolder}`, 'nginx');
    expect(ownerOf(await mountpoint('site'))).toBe('101:102 750');
  });

  it('13.5 without a folder in the image the root stays 0755 of root', async () => {
    await create('-v', 'nothing:/nosuch/folder', 'alpine');
    expect(ownerOf(await mountpoint('nothing'))).toBe('0:0 755');
    expect(await entries('nothing')).toEqual([]);
  });

  it('13.5 the working folder is there before', async () => {
    await create('-w', '/work/here', '-v', 'work:/work', 'alpine');
    expect(await entries('work')).toEqual(['here']);
  });

  it('13.6 a link at the destination is followed inside the image', async () => {
    const seen = await docker.ok(
      'run',
      '--rm',
      '-v',
      'linked:/link',
      'awkward',
      'sh',
      '-c',
      'ls /real; grep -c " /real " /proc/mounts',
    );
    expect(seen).toBe('file\n1');
    expect(await entries('linked')).toEqual(['file']);
  });

  it('13.7 nocopy copies nothing and leaves the owner alone', async () => {
    await create('-v', `bare:${siteFolder}:nocopy`, 'nginx');
    await create('--mount', `src=bare_too,dst=${siteFolder},volume-nocopy`, 'nginx');
    for (const name of ['bare', 'bare_too']) {
      expect(await entries(name)).toEqual([]);
      expect(ownerOf(await mountpoint(name))).toBe('0:0 755');
    }
  });

  it('13.8 an emptied volume is filled again by the next create', async () => {
    await docker.ok('run', '--rm', '-v', `emptied:${siteFolder}`, 'nginx', 'sh', '-c', `rm -r ${siteFolder}/*`);
    expect(await entries('emptied')).toEqual([]);
    await create('-v', `emptied:${siteFolder}`, 'nginx');
    expect(await entries('emptied')).toContain('index.html');
  });

  it('13.9 an anonymous volume is not put over a file', async () => {
    const answer = await call('POST /containers/create', { Image: 'awkward', Volumes: { '/file': {} } });
    expect(refusal(answer)).toBe('500 cannot mount volume over existing file, file exists /file');
  });

  it('13.9 a named volume on a file fails the start, and copies nothing', async () => {
    const { exitCode, stderr } = await docker.run(['run', '--rm', '-v', 'over_file:/file', 'awkward', 'true']);
    expect(exitCode).toBeGreaterThanOrEqual(125);
    expect(stderr).toMatch(/not a directory/i);
    expect(await entries('over_file')).toEqual([]);
  });
});
