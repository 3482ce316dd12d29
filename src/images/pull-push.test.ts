import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../host/index.ts';
import { type RegistryAuth, registryAuthSchema } from '../wire/index.ts';
import { busyboxLayer } from './testsuite/image-archive.ts';
import { member, startRegistry, type TestRegistry } from './testsuite/registry.ts';
import { allOf, openService } from './testsuite/service.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

const anonymous = { auth: undefined, platform: '' };
const name = (repository: string, tag = '1') => `${registry.address}/${repository}:${tag}`;
const gently = { force: false, prune: true };

describe('pushing and pulling', () => {
  it('carries an image from one engine to another, id kept, and each gets the digest as a name', async () => {
    const from = await openService();
    await from.load({ tags: [name('team/bb')], layers: [busyboxLayer, [{ name: 'f', data: 'x' }]] });
    const pushed = await allOf(from.images.push(`${registry.address}/team/bb`, { auth: undefined, tag: '1' }));
    expect(pushed[0]).toEqual({ status: `The push refers to repository [${registry.address}/team/bb]` });
    const { Digest, Tag, Size } = pushed.at(-1)?.aux ?? {};
    expect([Tag, pushed.at(-2)?.status]).toEqual(['1', `1: digest: ${Digest} size: ${Size}`]);
    expect(from.images.get(name('team/bb')).repoDigests).toEqual([`${registry.address}/team/bb@${Digest}`]);
    expect(from.events.at(-1)).toMatchObject({ action: 'push', id: name('team/bb') });

    const to = await openService();
    const pulled = await allOf(to.images.pull(name('team/bb'), anonymous));
    const statuses = pulled.map(({ status }) => status);
    expect(pulled[0]).toEqual({ status: 'Pulling from team/bb', id: '1' });
    for (const status of ['Pulling fs layer', 'Download complete', 'Extracting', 'Pull complete']) {
      expect(statuses).toContain(status);
    }
    expect(statuses.slice(-2)).toEqual([`Digest: ${Digest}`, `Status: Downloaded newer image for ${name('team/bb')}`]);
    const image = to.images.get(name('team/bb'));
    expect(image).toEqual({ ...from.images.get(name('team/bb')), history: image.history });
    expect(to.images.get(`${registry.address}/team/bb@${Digest}`).id).toBe(image.id);
    expect(to.events.at(-1)).toMatchObject({
      action: 'pull',
      id: name('team/bb'),
      attributes: { name: `${registry.address}/team/bb` },
    });

    const again = await allOf(to.images.pull(name('team/bb'), anonymous));
    expect(again.at(-1)).toEqual({ status: `Status: Image is up to date for ${name('team/bb')}` });
    expect(again).toHaveLength(3);
    const bySum = await allOf(to.images.pull(`${registry.address}/team/bb@${Digest}`, anonymous));
    expect(bySum.at(-1)?.status).toMatch(/up to date/);

    expect((await to.images.remove(name('team/bb'), gently)).slice(0, 3)).toEqual([
      { Untagged: name('team/bb') },
      { Untagged: `${registry.address}/team/bb@${Digest}` },
      { Deleted: image.id },
    ]);
    await to.images.idle();
    expect(readdirSync(join(to.root, 'images/staging'))).toEqual([]);
    expect(readdirSync(join(to.root, 'images/blobs/sha256'))).toEqual([]);
  });

  it('fetches only the layers that are not here', async () => {
    const from = await openService();
    await from.load({ tags: [name('base')] }, { tags: [name('top')], layers: [busyboxLayer, [{ name: 'top' }]] });
    for (const repository of ['base', 'top']) {
      await allOf(from.images.push(name(repository), { auth: undefined, tag: '' }));
    }
    const to = await openService();
    await allOf(to.images.pull(name('base'), anonymous));
    const pulled = await allOf(to.images.pull(name('top'), anonymous));
    expect(pulled.filter(({ status }) => status === 'Already exists')).toHaveLength(1);
    expect(to.images.get(name('top')).layers[0]).toBe(to.images.get(name('base')).layers[0]);
    expect(readdirSync(join(to.root, 'layers')).filter((entry) => entry.length === 64)).toHaveLength(2);
  });

  it('can push again what it pulled, byte for byte', async () => {
    const from = await openService();
    await from.load({ tags: [name('round')] });
    const [first] = (await allOf(from.images.push(name('round'), { auth: undefined, tag: '' }))).slice(-1);
    const to = await openService();
    await allOf(to.images.pull(name('round'), anonymous));
    await to.images.tag(name('round'), `${registry.address}/again`, '2');
    const [second] = (await allOf(to.images.push(name('again', '2'), { auth: undefined, tag: '' }))).slice(-1);
    expect(second?.aux?.Digest).toBe(first?.aux?.Digest);
  });

  it('takes the manifest of the platform that is asked for', async () => {
    const from = await openService();
    for (const architecture of ['amd64', 'arm64']) {
      await from.load({ tags: [name('multi', architecture)], document: { architecture } });
      await allOf(from.images.push(name('multi', architecture), { auth: undefined, tag: '' }));
    }
    await pushIndex('multi', ['amd64', 'arm64']);
    const to = await openService();
    await allOf(to.images.pull(name('multi', 'all'), { ...anonymous, platform: 'linux/arm64' }));
    expect(to.images.get(name('multi', 'all')).architecture).toBe('arm64');
    await expect(
      allOf(to.images.pull(name('multi', 'all'), { ...anonymous, platform: 'linux/s390x' })),
    ).rejects.toThrow('no matching manifest for linux/s390x in the manifest list entries');
  });

  it('fails before the first line where there is nothing to pull or push', async () => {
    const { images, root } = await openService();
    await expect(allOf(images.pull(name('nope'), anonymous))).rejects.toMatchObject({
      kind: 'not-found',
      message: `manifest for ${name('nope')} not found: manifest unknown: manifest unknown`,
    });
    await expect(allOf(images.pull('127.0.0.1:1/x', anonymous))).rejects.toThrow('connection refused');
    await expect(allOf(images.push('nope', { auth: undefined, tag: '' }))).rejects.toThrow(
      'An image does not exist locally with the tag: nope',
    );
    expect(readdirSync(join(root, 'images/staging'))).toEqual([]);
  });

  it('refuses a layer that is not what the image says it is', async () => {
    const from = await openService();
    await from.load({ tags: [name('evil')], layers: [[{ name: 'x' }]] });
    const { id, layers } = from.images.get(name('evil'));
    await allOf(from.images.push(name('evil'), { auth: undefined, tag: '' }));
    await replaceConfig('evil', (await readConfig(from.root, id)).replace(layers[0] ?? '', `sha256:${'a'.repeat(64)}`));
    const to = await openService();
    await expect(allOf(to.images.pull(name('evil'), anonymous))).rejects.toThrow('invalid diffID for layer');
    await to.images.idle();
    expect(to.images.count()).toBe(0);
    expect(readdirSync(join(to.root, 'images/blobs/sha256'))).toEqual([]);
  });

  it('is done once for several who pull the same at the same time', async () => {
    const from = await openService();
    await from.load({ tags: [name('once')] });
    await allOf(from.images.push(name('once'), { auth: undefined, tag: '' }));
    const { images } = await openService();
    const pulls = await Promise.all([1, 2, 3].map(() => allOf(images.pull(name('once'), anonymous))));
    const ends = pulls.map((lines) => lines.at(-1)?.status ?? '');
    expect(ends.filter((status) => status.startsWith('Status: Downloaded newer image'))).toHaveLength(1);
    expect(ends.filter((status) => status.startsWith('Status: Image is up to date'))).toHaveLength(2);
  });

  it('stops, and leaves nothing, when nobody reads on', async () => {
    const from = await openService();
    await from.load({ tags: [name('left')] });
    await allOf(from.images.push(name('left'), { auth: undefined, tag: '' }));
    const { images, root } = await openService();
    const progress = images.pull(name('left'), anonymous);
    await progress.next();
    await progress.return?.();
    expect(existsSync(join(root, 'images/staging')) && readdirSync(join(root, 'images/staging'))).toEqual([]);
    expect(await allOf(progress)).toEqual([]);
  });
});

describe('a registry that asks who one is', () => {
  let closed: TestRegistry;
  beforeAll(async () => {
    closed = await startRegistry({ membersOnly: true });
  });
  afterAll(() => closed.stop());
  const auth = (password: string): RegistryAuth => ({ ...registryAuthSchema.parse({}), ...member, password });

  it('lets in who has the password, and tells the others in Docker’s words', async () => {
    const { images, load, root } = await openService();
    const mine = `${closed.address}/mine:1`;
    await load({ tags: [mine] });
    await expect(allOf(images.push(mine, { auth: undefined, tag: '' }))).rejects.toMatchObject({
      kind: 'unauthorized',
    });
    await allOf(images.push(mine, { auth: auth(member.password), tag: '' }));
    await expect(allOf(images.pull(mine, anonymous))).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining(
        `pull access denied for ${closed.address}/mine, repository does not exist or may`,
      ),
    });
    await expect(allOf(images.pull(mine, { ...anonymous, auth: auth('wrong') }))).rejects.toThrow(/^((?!wrong).)*$/s);
    const pulled = await allOf(images.pull(mine, { ...anonymous, auth: auth(member.password) }));
    expect(pulled.at(-1)?.status).toMatch(/^Status: /);
    const { Descriptor } = await images.distribution(mine, { auth: auth(member.password) });
    expect(images.get(mine).repoDigests).toEqual([`${closed.address}/mine@${Descriptor.digest}`]);
    expect(readdirSync(join(root, 'images/staging'))).toEqual([]);
  });

  it('is asked about credentials', async () => {
    const { images } = await openService();
    const server = { serveraddress: closed.address };
    expect((await images.authenticate({ ...auth(member.password), ...server })).status).toBe('Login Succeeded');
    await expect(images.authenticate({ ...auth('wrong'), ...server })).rejects.toMatchObject({
      kind: 'unauthorized',
      message: 'unauthorized: incorrect username or password',
    });
  });
});

const base = (path: string) => `http://${registry.address}/v2/${path}`;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

async function pushIndex(repository: string, architectures: readonly string[]): Promise<void> {
  const manifests = await Promise.all(
    architectures.map(async (architecture) => {
      const { stdout } = await run([
        'skopeo',
        'inspect',
        '--raw',
        '--tls-verify=false',
        `docker://${name(repository, architecture)}`,
      ]);
      const digest = `sha256:${(await run(['sha256sum'], { input: stdout })).stdout.slice(0, 64)}`;
      return { mediaType: manifestType, digest, size: stdout.length, platform: { os: 'linux', architecture } };
    }),
  );
  await put(
    `${repository}/manifests/all`,
    indexType,
    JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }),
  );
}

/** Puts another configuration under an image's tag: what a registry that lies would serve. */
async function replaceConfig(repository: string, config: string): Promise<void> {
  const { stdout } = await run(['skopeo', 'inspect', '--raw', '--tls-verify=false', `docker://${name(repository)}`]);
  const digest = `sha256:${(await run(['sha256sum'], { input: config })).stdout.slice(0, 64)}`;
  const upload = await fetch(base(`${repository}/blobs/uploads/`), { method: 'POST' });
  const location = upload.headers.get('location') ?? '';
  await fetch(`${location}&digest=${digest}`, { method: 'PUT', body: config });
  const manifest = JSON.parse(stdout);
  manifest.config = { ...manifest.config, digest, size: config.length };
  await put(`${repository}/manifests/1`, manifestType, JSON.stringify(manifest));
}

async function put(path: string, type: string, body: string): Promise<void> {
  const answer = await fetch(base(path), { method: 'PUT', headers: { 'content-type': type }, body });
  if (!answer.ok) throw new Error(await answer.text());
}

async function readConfig(root: string, id: string): Promise<string> {
  return readFileSync(join(root, 'images/blobs/sha256', id.slice(7)), 'utf8');
}
