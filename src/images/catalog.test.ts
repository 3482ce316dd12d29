import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../host/index.ts';
import { archiveOf, digestOf, type TestImage } from './testsuite/image-archive.ts';
import { allOf, openService, streamOf } from './testsuite/service.ts';
import type { Member } from './testsuite/tar.ts';

const file = (name: string, data = name): Member => ({ name, data });
/** An image of one small layer, different for each name. */
const small = (tag: string, more: TestImage = {}): TestImage => ({ tags: [tag], layers: [[file(tag)]], ...more });
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

  it('keeps everything when the index is lost: it may come back', async () => {
    const { images, load, root, reopen } = await openService();
    await load(small('a:1'));
    const [layer = ''] = images.get('a:1').layers;
    const index = join(root, 'images/index.json');
    renameSync(index, `${index}.aside`);
    expect((await reopen()).count()).toBe(0);
    expect(existsSync(join(root, 'layers', layer.slice(7)))).toBe(true);
    renameSync(`${index}.aside`, index);
    expect((await reopen()).get('a:1').repoTags).toEqual(['a:1']);
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
