import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chainIds } from './digest.ts';
import type { TestImage } from './testsuite/image-archive.ts';
import { openService } from './testsuite/service.ts';

const image = (name: string, ...tags: string[]): TestImage => ({ tags, layers: [[{ name: 'base' }], [{ name }]] });
const container = { id: 'c'.repeat(64), running: false };
const gently = { force: false, prune: true };
const byForce = { force: true, prune: true };

async function withImages(...made: TestImage[]) {
  const service = await openService();
  await service.load(...made);
  const use = (ref: string, running: boolean): void => {
    service.users.set(service.images.get(ref).id, [{ ...container, running }]);
  };
  const layerFolders = (): number =>
    readdirSync(join(service.root, 'layers')).filter((name) => name.length === 64).length;
  return { ...service, use, layerFolders };
}

describe('removing by name', () => {
  it('takes the image with its last name, and what only it needed', async () => {
    const { images, events, layerFolders, root } = await withImages(image('a', 'a:1', 'a:2'), image('b', 'b:1'));
    const { id, layers } = images.get('a:1');
    expect(await images.remove('a:1', gently)).toEqual([{ Untagged: 'a:1' }]);
    expect(await images.remove('a:2', gently)).toEqual([
      { Untagged: 'a:2' },
      { Deleted: id },
      { Deleted: chainIds(layers)[1] },
    ]);
    expect(layerFolders()).toBe(2);
    expect(await images.remove('b:1', gently)).toHaveLength(4);
    await images.idle();
    expect(layerFolders()).toBe(0);
    expect(readdirSync(join(root, 'images/blobs/sha256'))).toEqual([]);
    expect(events.slice(-5).map(({ action }) => action)).toEqual(['untag', 'untag', 'delete', 'untag', 'delete']);
    await expect(images.remove('b:1', gently)).rejects.toThrow('No such image: b:1');
  });

  it('is refused for the last name of a container’s image, and by force takes the name only while it runs', async () => {
    const { images, use } = await withImages(image('a', 'a:1', 'a:2'));
    const short = images.get('a:1').id.slice(7, 19);
    use('a:1', true);
    expect(await images.remove('a:2', gently)).toEqual([{ Untagged: 'a:2' }]);
    await expect(images.remove('a:1', gently)).rejects.toMatchObject({
      kind: 'conflict',
      message: `conflict: unable to remove repository reference "a:1" (must force) - container cccccccccccc is using its referenced image ${short}`,
    });
    expect(await images.remove('a:1', byForce)).toEqual([{ Untagged: 'a:1' }]);
    expect(images.get(short).repoTags).toEqual([]);
    await expect(images.remove(short, byForce)).rejects.toMatchObject({
      message: `conflict: unable to delete ${short} (cannot be forced) - image is being used by running container cccccccccccc`,
    });
  });
});

describe('removing by id', () => {
  it('takes the one name along, and is refused for several', async () => {
    const { images } = await withImages(image('a', 'a:1'), image('b', 'b:1', 'c:1'));
    const { id } = images.get('a:1');
    expect((await images.remove(id.slice(7, 20), gently)).slice(0, 2)).toEqual([{ Untagged: 'a:1' }, { Deleted: id }]);
    const other = images.get('b:1').id;
    await expect(images.remove(other, gently)).rejects.toMatchObject({
      message: `conflict: unable to delete ${other.slice(7, 19)} (must be forced) - image is referenced in multiple repositories`,
    });
    expect((await images.remove(other, byForce)).slice(0, 3)).toEqual([
      { Untagged: 'b:1' },
      { Untagged: 'c:1' },
      { Deleted: other },
    ]);
    expect(images.count()).toBe(0);
  });

  it('of a stopped container’s image needs force, and leaves the container what it needs', async () => {
    const { images, use, users, layerFolders, reopen, root } = await withImages(image('a', 'a:1'));
    const { id } = images.get('a:1');
    use('a:1', false);
    await expect(images.remove(id, gently)).rejects.toMatchObject({
      message: `conflict: unable to delete ${id.slice(7, 19)} (must be forced) - image is being used by stopped container cccccccccccc`,
    });
    expect(await images.remove(id, byForce)).toEqual([{ Untagged: 'a:1' }, { Deleted: id }]);
    expect(images.count()).toBe(0);
    expect(() => images.get(id)).toThrow('No such image');
    const again = await reopen();
    await again.prepareRootfs(id, join(root, 'fs'));
    expect(readdirSync(again.mountRootfs(id, join(root, 'fs')))).toContain('base');
    await again.unmountRootfs(join(root, 'fs'));
    expect(layerFolders()).toBe(2);
    users.clear();
    await again.prune(new Map());
    await again.idle();
    expect(layerFolders()).toBe(0);
  });

  it('of an image that others were made from is refused, and its nameless parents go with an image', async () => {
    const { images, layerFolders } = await withImages(image('a', 'a:1'));
    const parent = images.get('a:1');
    const commit = { config: parent.config, author: '', comment: '', tag: '', diff: emptyDiff() };
    const middle = await images.commit({ ...commit, parentImageId: parent.id, repo: '' });
    await images.commit({ ...commit, diff: emptyDiff(), parentImageId: middle, repo: 'top' });
    await expect(images.remove(middle, byForce)).rejects.toMatchObject({
      message: `conflict: unable to delete ${middle.slice(7, 19)} (cannot be forced) - image has dependent child images`,
    });
    expect(await images.remove('a:1', gently)).toEqual([{ Untagged: 'a:1' }]);
    expect(images.list(new Map(), { all: false }).map(({ repoTags }) => repoTags)).toEqual([['top:latest']]);
    expect(images.list(new Map(), { all: true })).toHaveLength(3);
    const deleted = (await images.remove('top', gently)).flatMap((step) => ('Deleted' in step ? step.Deleted : []));
    expect(deleted).toEqual(expect.arrayContaining([middle, parent.id]));
    await images.idle();
    expect([images.count(), layerFolders()]).toEqual([0, 0]);
  });

  it('waits until it is known which containers there are', async () => {
    const { images } = await withImages(image('a', 'a:1'));
    images.setUsers(() => []);
    await expect(images.remove('a:1', gently)).resolves.toHaveLength(4);
  });
});

describe('pruning', () => {
  it('takes nameless images, by default, and tells what it reclaimed', async () => {
    const { images, events, use } = await withImages(image('a', 'a:1'), image('nameless'), image('used'));
    const [used] = images.list(new Map([['dangling', ['true']]]), { all: true });
    use(used?.id ?? '', false);
    const { deleted, reclaimed } = await images.prune(new Map());
    expect(deleted).toHaveLength(2);
    expect(reclaimed).toBe(0);
    expect(images.count()).toBe(2);
    expect(events.at(-1)).toEqual({ type: 'image', action: 'prune', id: '', attributes: { reclaimed: '0' } });
  });

  it('takes all that no container is of when asked to, by label and age', async () => {
    const labelled = { ...image('l', 'l:1'), config: { Labels: { keep: 'yes' } } };
    const { images, use } = await withImages(image('a', 'a:1', 'a:2'), image('b', 'b:1'), labelled);
    use('b:1', false);
    const all: [string, string[]] = ['dangling', ['false']];
    expect((await images.prune(new Map([all, ['until', ['2020-01-01']]]))).deleted).toEqual([]);
    expect((await images.prune(new Map([all, ['label!', ['keep']]]))).deleted.length).toBeGreaterThan(2);
    expect(
      images
        .list(new Map(), { all: true })
        .flatMap(({ repoTags }) => repoTags)
        .sort(),
    ).toEqual(['b:1', 'l:1']);
    await expect(images.prune(new Map([['reference', ['x']]]))).rejects.toThrow("invalid filter 'reference'");
    const both = [images.prune(new Map()), images.prune(new Map())];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

async function* emptyDiff(): AsyncGenerator<Buffer> {
  yield Buffer.alloc(1024);
}
