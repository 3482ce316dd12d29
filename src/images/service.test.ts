import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestImage } from './testsuite/image-archive.ts';
import { allOf, openService, streamOf } from './testsuite/service.ts';
import { type Member, readAll, tarOf } from './testsuite/tar.ts';

const file = (name: string, data = name): Member => ({ name, data });
/** An image of one small layer, different for each name. */
const small = (tag: string, more: TestImage = {}): TestImage => ({ tags: [tag], layers: [[file(tag)]], ...more });

describe('importing', () => {
  it('makes an image of an archive, changed as asked', async () => {
    const { images, events } = await openService();
    const changes = ['CMD ["sh"]', 'ENV A=1', 'VOLUME /data', 'LABEL l=m', 'EXPOSE 80', 'WORKDIR /w', 'USER 1:2'];
    const archive = streamOf(await tarOf(file('etc/x')));
    const options = { repo: 'im', tag: 'v1', changes, message: 'hello', platform: 'linux/arm64' };
    const [said] = await allOf(images.import(archive, options));
    const image = images.get('im:v1');
    expect(said).toEqual({ status: image.id });
    expect(image.config).toMatchObject({
      Cmd: ['sh'],
      Env: ['A=1'],
      Volumes: { '/data': {} },
      Labels: { l: 'm' },
      ExposedPorts: { '80/tcp': {} },
      User: '1:2',
    });
    expect([image.architecture, image.size, image.history[0]?.comment]).toEqual(['arm64', 5, 'hello']);
    expect(events.at(-1)).toMatchObject({ action: 'import', id: image.id });
    await expect(
      allOf(images.import(streamOf(Buffer.from('x'.repeat(600))), { ...options, changes: [] })),
    ).rejects.toThrow('invalid tar header');
    await expect(allOf(images.import(streamOf(Buffer.alloc(0)), { ...options, changes: ['RUN x'] }))).rejects.toThrow(
      'run is not a valid change command',
    );
  });
});

describe('root file systems and commits', () => {
  it('show the image, take changes, and become images', async () => {
    const { images, load, root } = await openService();
    await load({ tags: ['base:1'], layers: [[file('etc/keep'), file('etc/drop')]] });
    const { id } = images.get('base:1');
    const dir = join(root, 'containers/c1/fs');
    mkdirSync(join(root, 'containers/c1'), { recursive: true });
    await images.prepareRootfs(id, dir);
    const rootfs = images.mountRootfs(id, dir);
    expect(images.mountRootfs(id, dir)).toBe(rootfs);
    expect(await images.changes(id, dir)).toEqual([]);
    rmSync(join(rootfs, 'etc/drop'));
    writeFileSync(join(rootfs, 'etc/new'), 'new');
    expect(await images.changes(id, dir)).toEqual([
      { Path: '/etc', Kind: 0 },
      { Path: '/etc/drop', Kind: 2 },
      { Path: '/etc/new', Kind: 1 },
    ]);
    const committed = await images.commit({
      parentImageId: id,
      diff: await images.exportDiff(dir),
      config: images.get(id).config,
      changes: ['LABEL made=here'],
      author: 'me',
      comment: 'msg',
      repo: 'made',
      tag: '',
      createdBy: 'sh -c x',
    });
    const image = images.get('made');
    expect([image.id, image.parent, image.config.Labels]).toEqual([committed, id, { made: 'here' }]);
    expect(image.layers).toHaveLength(2);
    expect(images.history('made').map(({ Id, CreatedBy, Comment }) => [Id, CreatedBy, Comment])).toEqual([
      [committed, 'sh -c x', 'msg'],
      [id, 'step 0', ''],
    ]);
    await images.prepareRootfs(committed, join(root, 'containers/c1/fs2'));
    const second = images.mountRootfs(committed, join(root, 'containers/c1/fs2'));
    expect(
      readdirSync(join(second, 'etc'))
        .filter((name) => /keep|drop|new/.test(name))
        .sort(),
    ).toEqual(['keep', 'new']);
    await images.unmountRootfs(dir);
    await images.unmountRootfs(dir);
    expect(readdirSync(rootfs)).toEqual([]);
    const saved = await openService();
    await allOf(saved.images.load(streamOf(await readAll(await images.save(['made']))), { quiet: true }));
    expect(saved.images.get('made').id).toBe(committed);
  });

  it('of a container that changed nothing adds no layer', async () => {
    const { images, load, root } = await openService();
    await load(small('base:1'));
    const { id } = images.get('base:1');
    await images.prepareRootfs(id, join(root, 'fs'));
    const options = { config: images.get(id).config, author: '', comment: '', repo: '', tag: '' };
    const made = await images.commit({
      ...options,
      parentImageId: id,
      diff: await images.exportDiff(join(root, 'fs')),
    });
    expect(images.get(made).layers).toEqual(images.get(id).layers);
    expect(images.get(made).history.at(-1)).toMatchObject({ empty_layer: true });
  });

  it('take images of many layers, the same layer twice, and none at all', async () => {
    const { images, load, root } = await openService();
    const layers = Array.from({ length: 70 }, (_, index) => [file(`f${index}`), file('top', `${index}`)]);
    const empty = Buffer.alloc(1024);
    await load(
      { tags: ['many:1'], layers: [...layers, empty, [file('last')], empty] },
      { tags: ['none:1'], layers: [] },
    );
    await images.prepareRootfs(images.get('many:1').id, join(root, 'many'));
    const many = images.mountRootfs(images.get('many:1').id, join(root, 'many'));
    expect(readFileSync(join(many, 'top'), 'utf8')).toBe('69');
    expect(existsSync(join(many, 'f0')) && existsSync(join(many, 'last'))).toBe(true);
    await images.prepareRootfs(images.get('none:1').id, join(root, 'none'));
    const none = images.mountRootfs(images.get('none:1').id, join(root, 'none'));
    writeFileSync(join(none, 'x'), 'x');
    expect(await images.changes('', join(root, 'none'))).toEqual([{ Path: '/x', Kind: 1 }]);
  });

  it('hide what whiteouts of the image say', async () => {
    const { images, load, root } = await openService();
    const bottom = [file('d/a'), file('d/b'), file('o/a'), file('o/b'), file('gone')];
    await load({
      tags: ['w:1'],
      layers: [bottom, [file('d/.wh.a', ''), file('o/.wh..wh..opq', ''), file('o/c'), file('.wh.gone', '')]],
    });
    await images.prepareRootfs(images.get('w:1').id, join(root, 'fs'));
    const rootfs = images.mountRootfs(images.get('w:1').id, join(root, 'fs'));
    expect([readdirSync(join(rootfs, 'd')), readdirSync(join(rootfs, 'o')), existsSync(join(rootfs, 'gone'))]).toEqual([
      ['b'],
      ['c'],
      false,
    ]);
  });
});
