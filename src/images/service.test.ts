import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../host/index.ts';
import { archiveOf, digestOf, type TestImage } from './testing/image-archive.ts';
import { allOf, openService, streamOf } from './testing/service.ts';
import { type Member, readAll, tarOf } from './testing/tar.ts';

const file = (name: string, data = name): Member => ({ name, data });
/** An image of one small layer, different for each name. */
const small = (tag: string, more: TestImage = {}): TestImage => ({ tags: [tag], layers: [[file(tag)]], ...more });
const filters = (entries: Record<string, string[]>) => new Map(Object.entries(entries));
const yes = { force: false, prune: true };

describe('finding an image', () => {
  it('works by name, id and the beginning of an id', async () => {
    const { images, load } = await openService();
    await load(small('a:latest'), small('b:1'));
    const { id } = images.get('a');
    for (const ref of ['a:latest', 'docker.io/library/a', id, id.slice(7), id.slice(7, 19), id.slice(0, 15)]) {
      expect(images.get(ref).id).toBe(id);
    }
    expect(() => images.get('nope')).toThrow('No such image: nope:latest');
    expect(() => images.get('b')).toThrow('No such image: b:latest');
    expect(() => images.get('f'.repeat(64))).toThrow(`No such image: sha256:${'f'.repeat(64)}`);
    expect(() => images.get('No')).toThrow('must be lowercase');
  });

  it('prefers a name over an id that begins like it, and takes no id that is not the only one', async () => {
    const { images, load } = await openService();
    await load(...Array.from({ length: 40 }, (_, index) => small(`x${index}:1`)));
    const { id } = images.get('x0:1');
    await images.tag('x1:1', id.slice(7, 15), '');
    expect(images.get(id.slice(7, 15)).id).toBe(images.get('x1:1').id);
    expect(() => images.get(id.slice(7, 8).repeat(1))).toThrow(/No such image/);
  });
});

describe('the catalog', () => {
  it('is there again after a restart, with names, parents and order of names', async () => {
    const { images, load, reopen } = await openService();
    await load(small('a:1'), small('b:1'));
    await images.tag('a:1', 'localhost:5000/team/a', 'v2');
    const again = await reopen();
    expect(again.list(new Map(), { all: true })).toEqual(images.list(new Map(), { all: true }));
    expect(again.get('localhost:5000/team/a:v2').repoTags).toEqual(['a:1', 'localhost:5000/team/a:v2']);
  });

  it('is an OCI layout that other tools read', async () => {
    const { load, root } = await openService();
    await load(small('a:1'));
    const source = `oci:${join(root, 'images')}:docker.io/library/a:1`;
    expect(JSON.parse((await run(['skopeo', 'inspect', '--config', source])).stdout).os).toBe('linux');
  });

  it('refuses to start over a damaged index, rather than to forget all names', async () => {
    const { load, root, reopen } = await openService();
    await load(small('a:1'));
    writeFileSync(join(root, 'images/index.json'), '{');
    await expect(reopen()).rejects.toThrow(/image index .* is damaged/);
  });

  it('lists what is readable when an image is damaged, and deletes nothing then', async () => {
    const { images, load, root, reopen } = await openService();
    await load(small('a:1'), small('b:1'));
    const { id } = images.get('a:1');
    writeFileSync(join(root, 'images/blobs/sha256', id.slice(7)), 'damaged');
    const again = await reopen();
    expect(again.list(new Map(), { all: true }).map(({ repoTags }) => repoTags)).toEqual([['b:1']]);
    expect(() => again.get('a:1')).toThrow(`blob ${id} is damaged`);
    await again.remove('b:1', yes);
    expect(readdirSync(join(root, 'layers')).filter((name) => name.length === 64)).toHaveLength(2);
    await allOf(again.load(streamOf(await archiveOf(small('a:1'))), { quiet: true }));
    expect(again.get('a:1').id).toBe(id);
  });

  it('sweeps up what a crash left, and nothing else', async () => {
    const { images, load, root, reopen } = await openService();
    await load(small('a:1'));
    await images.idle();
    const before = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
    const hex = 'e'.repeat(64);
    for (const dir of ['images/staging/x', 'layers/staging/y/layer/diff', `layers/${hex}/diff`]) {
      mkdirSync(join(root, dir), { recursive: true });
    }
    writeFileSync(join(root, 'images/blobs/sha256', hex), '');
    await (await reopen()).idle();
    expect(readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
  });

  it('unpacks a layer again that is missing, or that the machine’s crash may have cut short', async () => {
    const { images, load, root, reopen } = await openService();
    await load(small('a:1'));
    await images.idle();
    const [layer = ''] = images.get('a:1').layers;
    const folder = join(root, 'layers', layer.slice(7));
    expect(JSON.parse(readFileSync(join(folder, 'layer.json'), 'utf8')).unsyncedSince).toBeUndefined();
    const record = JSON.parse(readFileSync(join(folder, 'layer.json'), 'utf8'));
    writeFileSync(join(folder, 'layer.json'), JSON.stringify({ ...record, unsyncedSince: 'another boot' }));
    writeFileSync(join(folder, 'diff/a:1'), '');
    const again = await reopen();
    mkdirSync(join(root, 'containers'));
    await again.prepareRootfs(images.get('a:1').id, join(root, 'containers/fs'));
    expect(readFileSync(join(folder, 'diff/a:1'), 'utf8')).toBe('a:1');
    rmSync(folder, { recursive: true });
    const third = await reopen();
    await third.prepareRootfs(images.get('a:1').id, join(root, 'containers/fs2'));
    expect(readFileSync(join(folder, 'diff/a:1'), 'utf8')).toBe('a:1');
  });
});

describe('listing', () => {
  it('filters as Docker does', async () => {
    const { images, load } = await openService();
    const at = (created: string, labels: Record<string, string> = {}) => ({
      document: { created, config: { Labels: labels } },
    });
    await load(
      small('me/old:1', { ...at('2020-01-01T00:00:00Z', { a: '1' }), layers: [[file('1')]] }),
      small('mid:1', {
        ...at('2021-01-01T00:00:00Z', { a: '2', b: '' }),
        tags: ['mid:1', 'mid:2'],
        layers: [[file('2')]],
      }),
      small('new:1', { ...at('2022-01-01T00:00:00Z'), layers: [[file('3')]] }),
      { ...at('2023-01-01T00:00:00Z'), layers: [[file('4')]] },
    );
    const tags = (entries: Record<string, string[]>, all = false) =>
      images.list(filters(entries), { all }).map(({ repoTags }) => repoTags.join(','));
    expect(tags({})).toEqual(['', 'new:1', 'mid:1,mid:2', 'me/old:1']);
    expect(tags({ dangling: ['true'] })).toEqual(['']);
    expect(tags({ dangling: ['false'] })).toEqual(['new:1', 'mid:1,mid:2', 'me/old:1']);
    expect(tags({ label: ['a'] })).toEqual(['mid:1,mid:2', 'me/old:1']);
    expect(tags({ label: ['a=2', 'b'] })).toEqual(['mid:1,mid:2']);
    expect(tags({ 'label!': ['a'] })).toEqual(['', 'new:1']);
    expect(tags({ before: ['new:1'] })).toEqual(['mid:1,mid:2', 'me/old:1']);
    expect(tags({ since: ['mid:1'] })).toEqual(['', 'new:1']);
    expect(tags({ until: ['2021-06-01T00:00:00Z'] })).toEqual(['mid:1,mid:2', 'me/old:1']);
    expect(tags({ reference: ['m*:*'] })).toEqual(['mid:1,mid:2']);
    expect(tags({ reference: ['mid:2', 'me/*'] })).toEqual(['mid:2', 'me/old:1']);
    expect(tags({ reference: ['[mn]?[wd]'] })).toEqual(['new:1', 'mid:1,mid:2']);
    expect(() => tags({ bogus: ['x'] })).toThrow("invalid filter 'bogus'");
    expect(() => tags({ dangling: ['maybe'] })).toThrow("invalid filter 'dangling=");
    expect(() => tags({ reference: ['[x'] })).toThrow('syntax error in pattern');
    expect(() => tags({ before: ['nope'] })).toThrow('No such image: nope:latest');
  });

  it('answers in Docker’s shape for each API version', async () => {
    const { images, load } = await openService();
    await load(small('a:1', { config: { Labels: { x: 'y' } } }), { layers: [[file('2')]] });
    const image = images.get('a:1');
    expect(images.toListEntry(image)).toEqual({
      Containers: -1,
      Created: 1714979289,
      Id: image.id,
      Labels: { x: 'y' },
      ParentId: '',
      RepoDigests: [],
      RepoTags: ['a:1'],
      SharedSize: -1,
      Size: 3,
    });
    const [nameless] = images.list(filters({ dangling: ['true'] }), { all: false });
    if (nameless === undefined) throw new Error('not listed');
    expect(images.toListEntry(nameless, { apiVersion: '1.42' })).toMatchObject({
      RepoTags: ['<none>:<none>'],
      RepoDigests: ['<none>@<none>'],
      VirtualSize: 1,
    });
    expect(images.toListEntry(nameless, { apiVersion: '1.43' }).RepoTags).toEqual([]);
    const inspect = images.toInspect(image) as Record<string, unknown>;
    expect(inspect).toMatchObject({
      Id: image.id,
      RepoTags: ['a:1'],
      Created: '2024-05-06T07:08:09.123456789Z',
      Architecture: 'amd64',
      Os: 'linux',
      Size: 3,
      Config: { Cmd: ['sh'], Entrypoint: null, User: '', Labels: { x: 'y' } },
      RootFS: { Type: 'layers', Layers: image.layers },
      GraphDriver: { Name: 'overlay2' },
    });
    expect(inspect.Config).not.toHaveProperty('Hostname');
    expect(images.toInspect(image, '1.41')).toMatchObject({
      Config: { Hostname: '', Tty: false },
      VirtualSize: 3,
      Container: '',
    });
  });

  it('knows what images share', async () => {
    const { images, load } = await openService();
    const base = [file('base', 'x'.repeat(100))];
    await load({ tags: ['a:1'], layers: [base, [file('a')]] }, { tags: ['b:1'], layers: [base] });
    expect(images.layersSize()).toBe(101);
    const usage = images.usage((id) => (id === images.get('a:1').id ? 2 : 0));
    expect(
      usage.map(({ RepoTags, SharedSize, Size, Containers }) => [RepoTags[0], SharedSize, Size, Containers]).sort(),
    ).toEqual([
      ['a:1', 100, 101, 2],
      ['b:1', 100, 100, 0],
    ]);
  });

  it('tells the history newest first', async () => {
    const { images, load } = await openService();
    const history = [
      { created: '2024-01-01T00:00:00Z', created_by: 'ADD x', comment: 'c' },
      { created: '2024-01-02T00:00:00Z', created_by: 'CMD', empty_layer: true },
    ];
    await load(small('a:1', { document: { history } }));
    expect(images.history('a:1')).toEqual([
      { Id: images.get('a:1').id, Created: 1704153600, CreatedBy: 'CMD', Tags: ['a:1'], Size: 0, Comment: '' },
      { Id: '<missing>', Created: 1704067200, CreatedBy: 'ADD x', Tags: null, Size: 3, Comment: 'c' },
    ]);
  });
});

describe('tagging', () => {
  it('moves a name, and refuses names that are none', async () => {
    const { images, load, events } = await openService();
    await load(small('a:1'), small('b:1'));
    await images.tag('a:1', 'b', '1');
    expect(images.get('b:1').id).toBe(images.get('a:1').id);
    expect(images.count()).toBe(2);
    expect(events.at(-1)).toMatchObject({ action: 'tag', id: images.get('a:1').id, attributes: { name: 'b:1' } });
    await images.tag('a:1', 'c', '');
    expect(images.get('c:latest').repoTags).toEqual(['a:1', 'b:1', 'c:latest']);
    const digest = digestOf('x');
    await expect(images.tag('a:1', `c@${digest}`, '')).rejects.toThrow(
      'refusing to create a tag with a digest reference',
    );
    await expect(images.tag('a:1', 'sha256', 'x')).rejects.toThrow('ambiguous tag using digest algorithm as name');
    await expect(images.tag('a:1', 'c', 'a/b')).rejects.toThrow('invalid tag format');
    await expect(images.tag('nope', 'c', '')).rejects.toThrow('No such image: nope:latest');
  });
});

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
    images.unmountRootfs(dir);
    images.unmountRootfs(dir);
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
