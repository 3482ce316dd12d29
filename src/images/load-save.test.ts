import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { run } from '../host/index.ts';
import { temporaryFolder } from './testsuite/folder.ts';
import { archiveOf, busyboxLayer, digestOf, type TestImage } from './testsuite/image-archive.ts';
import { allOf, openService, streamOf } from './testsuite/service.ts';
import { readAll, tarOf } from './testsuite/tar.ts';

const bb: TestImage = { tags: ['bb:1'], config: { Healthcheck: { Test: ['CMD', 'true'] } } };

describe('loading an archive', () => {
  it('gives the image the id it was saved with, and names and events', async () => {
    const { images, load, events } = await openService();
    expect(await load(bb)).toEqual(['Loaded image: bb:1\n']);
    const image = images.get('bb:1');
    const document = { ...bb };
    expect(image.id).toBe(await idIn(await archiveOf(document)));
    expect(image.repoTags).toEqual(['bb:1']);
    expect(image.config.Healthcheck?.Test).toEqual(['CMD', 'true']);
    expect(image.config.Cmd).toEqual(['sh']);
    expect(image.size).toBe(readFileSync('/usr/bin/busybox').length + 'root:x:0:0:root:/:/bin/sh\n'.length);
    expect(events).toMatchObject([{ type: 'image', action: 'load', id: image.id, attributes: { name: image.id } }]);
  });

  it('takes several images, each with all of its tags, and says which names moved', async () => {
    const { images, load } = await openService();
    const other: TestImage = { tags: ['other:1', 'other:2', 'me/x:y'], document: { comment: 'other' } };
    const nameless: TestImage = { document: { comment: 'nameless' } };
    const said = await load(bb, other, nameless);
    expect(said.slice(0, 4).map((line) => line.trim())).toEqual([
      'Loaded image: bb:1',
      'Loaded image: other:1',
      'Loaded image: other:2',
      'Loaded image: me/x:y',
    ]);
    expect(said[4]).toMatch(/^Loaded image ID: sha256:[0-9a-f]{64}\n$/);
    const before = images.get('bb:1').id;
    expect(await load({ ...other, tags: ['bb:1'] })).toEqual([
      `The image bb:1 already exists, renaming the old one with ID ${before} to empty string\n`,
      'Loaded image: bb:1\n',
    ]);
    expect(images.get(before).repoTags).toEqual([]);
    expect(images.get('bb:1').id).toBe(images.get('other:1').id);
  });

  it.each([
    ['gzip', ['gzip', '-c']],
    ['zstd', ['zstd', '-c']],
    ['xz', ['xz', '-c']],
    ['bzip2', ['bzip2', '-c']],
  ])('takes %s', async (_name, [program = '', ...args]) => {
    const { images, root } = await openService();
    const path = join(root, 'a.tar');
    writeFileSync(path, await archiveOf(bb));
    const compressed = join(root, 'a.compressed');
    await run(['sh', '-c', `exec ${program} ${args.join(' ')} <"$1" >"$2"`, 'sh', path, compressed]);
    await allOf(images.load(streamOf(readFileSync(compressed)), { quiet: true }));
    expect(images.get('bb:1').repoTags).toEqual(['bb:1']);
  });

  it('takes what skopeo writes: docker-archive and oci-archive', async () => {
    const { images, root, load } = await openService();
    await load(bb);
    const saved = join(root, 'saved.tar');
    writeFileSync(saved, await readAll(await images.save(['bb:1'])));
    for (const kind of ['docker-archive', 'oci-archive']) {
      const copy = join(root, `${kind}.tar`);
      await run(['skopeo', '--insecure-policy', 'copy', `docker-archive:${saved}:bb:1`, `${kind}:${copy}:copied:1`]);
      const target = await openService();
      const said = await allOf(target.images.load(streamOf(readFileSync(copy)), { quiet: true }));
      expect(said).toEqual([{ stream: 'Loaded image: copied:1\n' }]);
      expect(target.images.get('copied:1').layers).toEqual(images.get('bb:1').layers);
    }
  });

  it('takes layers that are compressed, and links in the place of repeated ones', async () => {
    const { images } = await openService();
    const layer = await tarOf(...busyboxLayer);
    const archive = await tarOf(
      { name: 'first/layer.tar', data: gzipSync(layer) },
      { name: 'second/layer.tar', type: 'symlink', linkname: '../first/layer.tar' },
      {
        name: 'config.json',
        data: JSON.stringify({ os: 'linux', rootfs: { diff_ids: [digestOf(layer), digestOf(layer)] } }),
      },
      {
        name: 'manifest.json',
        data: JSON.stringify([
          { Config: 'config.json', RepoTags: ['x:1'], Layers: ['first/layer.tar', 'second/layer.tar'] },
        ]),
      },
    );
    await allOf(images.load(streamOf(archive), { quiet: true }));
    expect(images.get('x:1').layers).toEqual([digestOf(layer), digestOf(layer)]);
  });

  it('tells progress of its layers unless it is to be quiet', async () => {
    const { images } = await openService();
    const messages = await allOf(images.load(streamOf(await archiveOf(bb)), { quiet: false }));
    const [first] = messages;
    expect(first).toMatchObject({ status: 'Loading layer', progressDetail: { total: expect.any(Number) } });
    expect(messages.at(-1)).toEqual({ stream: 'Loaded image: bb:1\n' });
  });

  it.each<[string, () => Promise<Buffer>, string]>([
    ['no archive', async () => Buffer.from('hello'.repeat(1000)), 'invalid archive: not a tar archive, or cut off'],
    [
      'a cut archive',
      async () => (await archiveOf(bb)).subarray(0, 5000),
      'invalid archive: not a tar archive, or cut off',
    ],
    [
      'damaged gzip',
      async () => gzipSync(await archiveOf(bb)).subarray(0, 5000),
      'invalid gzip data: damaged or cut off',
    ],
    ['an empty body', async () => Buffer.alloc(0), 'it has neither a manifest.json nor an index.json'],
    ['another archive', () => tarOf({ name: 'x' }), 'it has neither a manifest.json nor an index.json'],
    ['a null manifest', () => tarOf({ name: 'manifest.json', data: 'null' }), 'manifest cannot be null'],
    ['a missing member', () => tarOf({ name: 'manifest.json', data: '[{"Config":"x"}]' }), '"x" is missing'],
    [
      'a foreign layer',
      () => archiveOf({ ...bb, document: { rootfs: { diff_ids: [digestOf('x')] } } }),
      'invalid diffID',
    ],
    ['too few layers', () => archiveOf({ ...bb, document: { rootfs: { diff_ids: [] } } }), 'layers length mismatch'],
    ['windows', () => archiveOf({ ...bb, document: { os: 'windows' } }), 'cannot load windows image on linux'],
    ['a bad name', () => archiveOf({ ...bb, tags: ['No:1'] }), 'must be lowercase'],
    [
      'ids that are paths',
      () => archiveOf({ ...bb, document: { rootfs: { diff_ids: ['sha256:../../x'] } } }),
      'a bad diff id',
    ],
    ['a hostile layer', () => archiveOf({ ...bb, layers: [[{ name: '../evil' }]] }), 'leads outside of the layer'],
  ])('refuses %s and leaves nothing behind', async (_what, archive, message) => {
    const { images, root, load } = await openService();
    await load({ tags: ['kept:1'] });
    const before = filesOf(root);
    await expect(allOf(images.load(streamOf(await archive()), { quiet: false }))).rejects.toThrow(message);
    await images.idle();
    expect(filesOf(root)).toEqual(before);
    expect(images.count()).toBe(1);
  });

  it('reads members of any name only as keys: nothing is written where they say', async () => {
    const { images, root } = await openService();
    const elsewhere = temporaryFolder();
    const archive = await tarOf(
      { name: `${elsewhere}/evil`, data: 'x' },
      { name: '../../../../../../../../tmp/evil-of-images', data: 'x' },
      { name: 'manifest.json', type: 'symlink', linkname: '/etc/passwd' },
    );
    await expect(allOf(images.load(streamOf(archive), { quiet: true }))).rejects.toThrow('neither');
    expect(existsSync(join(elsewhere, 'evil')) || existsSync('/tmp/evil-of-images')).toBe(false);
    expect(readdirSync(join(root, 'images/staging'))).toEqual([]);
  });

  it('unpacks a layer once, however many load it at the same time', async () => {
    const { images, root } = await openService();
    const shared = [busyboxLayer];
    const archives = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        archiveOf({ tags: [`x${index}:1`], layers: shared, document: { comment: `${index}` } }),
      ),
    );
    await Promise.all(archives.map((archive) => allOf(images.load(streamOf(archive), { quiet: true }))));
    expect(images.count()).toBe(6);
    expect(readdirSync(join(root, 'layers')).filter((name) => /^[0-9a-f]{64}$/.test(name))).toHaveLength(1);
    expect(readdirSync(join(root, 'images/blobs/sha256'))).toHaveLength(1 + 6 * 2);
    expect(images.layersSize()).toBe(images.get('x0:1').size);
  });
});

describe('saving', () => {
  it('makes an archive that we, skopeo and an OCI reader load, ids and names kept', async () => {
    const { images, root, load } = await openService();
    await load(bb, { tags: ['other:1', 'other:2'], layers: [busyboxLayer, [{ name: 'f', data: 'x' }]] });
    const saved = join(root, 'saved.tar');
    writeFileSync(saved, await readAll(await images.save(['bb:1', 'other'])));
    const target = await openService();
    await allOf(target.images.load(streamOf(readFileSync(saved)), { quiet: true }));
    for (const name of ['bb:1', 'other:1', 'other:2']) expect(target.images.get(name).id).toBe(images.get(name).id);
    const inspect = async (source: string): Promise<string> =>
      (await run(['skopeo', 'inspect', '--config', '--raw', source])).stdout;
    expect(digestOf(await inspect(`docker-archive:${saved}:other:2`))).toBe(images.get('other:1').id);
    expect(digestOf(await inspect(`oci-archive:${saved}:1`).catch(() => ''))).toMatch(/^sha256/);
    const { stdout } = await run(['tar', '-xOf', saved, 'repositories']);
    expect(Object.keys(JSON.parse(stdout).other)).toEqual(['1', '2']);
  });

  it('unpacks compressed layers on their way, and saves one by id without a name', async () => {
    const { images } = await openService();
    const layer = await tarOf(...busyboxLayer);
    const archive = await tarOf(
      { name: 'l', data: gzipSync(layer) },
      { name: 'c', data: JSON.stringify({ os: 'linux', rootfs: { diff_ids: [digestOf(layer)] } }) },
      { name: 'manifest.json', data: JSON.stringify([{ Config: 'c', RepoTags: ['z:1'], Layers: ['l'] }]) },
    );
    await allOf(images.load(streamOf(archive), { quiet: true }));
    const { id } = images.get('z:1');
    const bytes = await readAll(await images.save([id.slice(7, 19)]));
    const target = await openService();
    const said = await allOf(target.images.load(streamOf(bytes), { quiet: true }));
    expect(said).toEqual([{ stream: `Loaded image ID: ${id}\n` }]);
    expect(bytes.includes(layer.subarray(0, 512))).toBe(true);
  });

  it('fails before the first byte where a name is none', async () => {
    const { images } = await openService();
    await expect(images.save(['nope'])).rejects.toMatchObject({
      kind: 'not-found',
      message: 'No such image: nope:latest',
    });
  });

  it('may be given up: what it held can then be removed', async () => {
    const { images, root, load } = await openService();
    await load(bb);
    const stream = await images.save(['bb:1']);
    await images.remove('bb:1', { force: false, prune: true });
    expect(readdirSync(join(root, 'images/blobs/sha256'))).not.toEqual([]);
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    await images.idle();
    expect(readdirSync(join(root, 'images/blobs/sha256'))).toEqual([]);
  });
});

async function idIn(archive: Buffer): Promise<string> {
  const { images } = await openService();
  await allOf(images.load(streamOf(archive), { quiet: true }));
  return images.list(new Map(), { all: true })[0]?.id ?? '';
}

function filesOf(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
}
