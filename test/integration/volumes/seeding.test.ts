import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { siteFolder } from '../../images/index.ts';
import { eachCommandLine } from '../../support/engine.ts';
import { runProgram } from '../../support/program.ts';
import { readTree } from '../../support/tree.ts';

eachCommandLine('a new volume is seeded from the image', ['alpine', 'nginx'], ({ cli, daemon }) => {
  const mountpoint = (name: string) => cli.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', name);

  /** The image's own content, taken out of an exported container by GNU tar. */
  const original = async () => {
    const folder = join(daemon.folder, 'original');
    mkdirSync(folder, { recursive: true });
    await cli.ok('create', '--name', 'exported', '--entrypoint', 'true', '--tmpfs', siteFolder, 'nginx');
    const archive = join(daemon.folder, 'nginx.tar');
    await cli.ok('export', '-o', archive, 'exported');
    await cli.ok('rm', 'exported');
    const unpack = ['tar', '--numeric-owner', '--xattrs', '--xattrs-include=user.*', '-C', folder, '-xpf', archive];
    expect((await runProgram(unpack)).exitCode).toBe(0);
    return join(folder, siteFolder);
  };

  test('with owners, modes, links and attributes', async () => {
    await cli.ok('run', '--rm', '-v', `site:${siteFolder}`, 'nginx', 'true');
    const seeded = await readTree(await mountpoint('site'));
    expect(seeded).toContain('. directory 750 101:102 ');
    expect(seeded.find((line) => line.startsWith('private.key '))).toContain('file 600 0:0');
    expect(seeded.find((line) => line.startsWith('tool '))).toContain('file 4755 0:0');
    expect(seeded.find((line) => line.startsWith('uploads '))).toContain('directory 1777 101:102');
    expect(seeded.find((line) => line.startsWith('pipe '))).toContain('pipe 640');
    expect(seeded.find((line) => line.startsWith('home.html '))).toContain('to index.html');
    expect(seeded.find((line) => line.startsWith('index.html '))).toContain('same file as again.html');
    expect(seeded).toContain('user.origin="image"');
    expect(seeded).toEqual(await readTree(await original()));
  });

  test('also an anonymous one of VOLUME', async () => {
    await cli.ok('create', '--name', 'declared', 'nginx');
    const mount = '{{range .Mounts}}{{.Name}} {{.Source}}{{end}}';
    const [name, source = ''] = (await cli.ok('inspect', '--format', mount, 'declared')).split(' ');
    expect(readdirSync(source)).toContain('index.html');
    await cli.ok('rm', '-v', 'declared');
    expect(await cli.ok('volume', 'ls', '-q')).not.toContain(name);
  });

  test('but not one that holds something already', async () => {
    await cli.ok('run', '--rm', '-v', 'mine:/data', 'alpine', 'touch', '/data/mine');
    await cli.ok('run', '--rm', '-v', `mine:${siteFolder}`, 'nginx', 'true');
    expect(readdirSync(await mountpoint('mine'))).toEqual(['mine']);
  });

  test('nor with nocopy, nor a bind mount', async () => {
    await cli.ok('run', '--rm', '-v', `bare:${siteFolder}:nocopy`, 'nginx', 'true');
    const bare = await mountpoint('bare');
    expect(readdirSync(bare)).toEqual([]);
    expect(statSync(bare)).toMatchObject({ uid: 0, gid: 0 });

    const folder = join(daemon.folder, 'bound');
    mkdirSync(folder);
    writeFileSync(join(folder, 'own'), '');
    expect(await cli.ok('run', '--rm', '-v', `${folder}:${siteFolder}`, 'nginx', 'ls', siteFolder)).toBe('own');
    expect(readdirSync(folder)).toEqual(['own']);
  });

  test('and what a container changes there stays out of the image', async () => {
    await cli.ok('run', '--rm', '-v', `edited:${siteFolder}`, 'nginx', 'rm', `${siteFolder}/tool`);
    expect(readdirSync(await mountpoint('edited'))).not.toContain('tool');
    await cli.ok('run', '--rm', '-v', `fresh:${siteFolder}`, 'nginx', 'true');
    expect(readdirSync(await mountpoint('fresh'))).toContain('tool');
  });
});
