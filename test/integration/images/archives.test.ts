import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makeBusyboxRootfs } from '../../../scripts/busybox-rootfs.mjs';
import { imageArchive } from '../../images/index.ts';
import { tarFolder } from '../../images/tar-file.ts';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('images from archives and back', [], ({ cli, daemon }) => {
  beforeAll(async () => {
    expect(await cli.ok('load', '-i', imageArchive('alpine'))).toBe('Loaded image: alpine:latest');
    expect(await cli.ok('load', '--quiet', '-i', imageArchive('nginx'))).toBe('Loaded image: nginx:latest');
  });

  test('images lists them', async () => {
    const lines = (await cli.ok('images', '--format', '{{.Repository}}:{{.Tag}} {{.ID}} {{.Size}}')).split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^(alpine|nginx):latest [0-9a-f]{12} [\d.]+[kM]B$/);
    expect((await cli.ok('images', 'alp*')).split('\n')).toHaveLength(2);
    expect(await cli.ok('images', '-q', '--no-trunc', 'alpine')).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('inspect and history', async () => {
    const [image] = JSON.parse(await cli.ok('image', 'inspect', 'nginx'));
    expect(image).toMatchObject({ RepoTags: ['nginx:latest'], Os: 'linux', Architecture: expect.any(String) });
    expect(image.Config).toMatchObject({
      Cmd: ['httpd', '-f', '-p', '80', '-h', '/usr/share/nginx/html'],
      Volumes: { '/usr/share/nginx/html': {} },
    });
    expect(image.RootFS.Layers).toHaveLength(2);
    expect(image.Size).toBeGreaterThan(1_000_000);
    expect(await cli.ok('history', '--format', '{{.CreatedBy}}', 'nginx')).toBe(
      'layer 2 of nginx:latest\nlayer 1 of nginx:latest',
    );
  });

  test('tag, use by id, and remove', async () => {
    await cli.ok('tag', 'alpine', 'mine/copy:v1');
    const id = await cli.ok('images', '-q', 'mine/copy');
    expect(await cli.ok('run', '--rm', id, 'echo', 'by id')).toBe('by id');
    expect(await cli.ok('run', '--rm', 'mine/copy:v1', 'echo', 'by tag')).toBe('by tag');
    expect(await cli.ok('rmi', 'mine/copy:v1')).toBe('Untagged: mine/copy:v1');
    expect((await cli.run(['rmi', 'mine/copy:v1'])).stderr).toContain('No such image: mine/copy:v1');
    expect(await cli.ok('run', '--rm', 'alpine', 'true')).toBe('');
  });

  test('an image in use is not removed', async () => {
    await cli.ok('create', '--name', 'user', 'alpine');
    const refused = await cli.run(['rmi', 'alpine']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/unable to (remove|delete).*container/i);
    await cli.ok('rm', 'user');
  });

  test('save, remove, load: the same image', async () => {
    const archive = join(daemon.folder, 'saved.tar');
    const before = await cli.ok('image', 'inspect', '--format', '{{.Id}} {{json .RootFS}} {{json .Config}}', 'nginx');
    await cli.ok('save', '-o', archive, 'nginx');
    const removed = await cli.ok('rmi', 'nginx');
    expect(removed).toMatch(/^Untagged: nginx:latest\nDeleted: sha256:/);
    expect((await cli.run(['image', 'inspect', 'nginx'])).exitCode).toBe(1);
    expect(await cli.ok('load', '-i', archive)).toBe('Loaded image: nginx:latest');
    expect(await cli.ok('image', 'inspect', '--format', '{{.Id}} {{json .RootFS}} {{json .Config}}', 'nginx')).toBe(
      before,
    );
    expect(await cli.ok('run', '--rm', 'nginx', 'cat', '/usr/share/nginx/html/index.html')).toBe('<h1>It works</h1>');
  });

  test('import a root file system', async () => {
    const folder = join(daemon.folder, 'rootfs');
    const archive = join(daemon.folder, 'rootfs.tar');
    mkdirSync(folder);
    makeBusyboxRootfs(folder);
    await tarFolder(folder, archive);
    const id = await cli.ok('import', '--change', 'CMD ["echo", "imported"]', '-m', 'by hand', archive, 'imported:v1');
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await cli.ok('run', '--rm', 'imported:v1')).toBe('imported');
    expect(await cli.ok('image', 'inspect', '--format', '{{.Comment}}', 'imported:v1')).toBe('by hand');
  });

  test('prune removes what has no name', async () => {
    const file = join(daemon.folder, 'rootfs.tar');
    const id = await cli.ok('import', file);
    expect(await cli.ok('images', '-q', '--no-trunc', '--filter', 'dangling=true')).toContain(id);
    expect(await cli.ok('image', 'prune', '--force')).toContain(id);
    expect(await cli.ok('images', '-q', '--filter', 'dangling=true')).toBe('');
  });
});
