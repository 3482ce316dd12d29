import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Progress } from '../../wire/index.ts';
import { layerDescriptor } from '../archive/layer-file.ts';
import { makeManifest, mediaTypes } from '../manifest.ts';
import { parseReference } from '../reference.ts';
import { startRegistry, type TestRegistry } from '../testsuite/registry.ts';
import { inspectRemote, logIn, pullImage, pushImage } from './index.ts';

let root: string;
let registry: TestRegistry;

const blob = (content: string | Buffer): { digest: string; size: number } => {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  writeFileSync(join(root, digest), content);
  return { digest, size: Buffer.byteLength(content) };
};

const reference = (tag: string) => parseReference(`${registry.address}/team/app:${tag}`);
const common = () => ({ auth: undefined, scratch: root, signal: new AbortController().signal });
const nothingHere = { platform: '', hasImage: () => false, blobPath: () => undefined };

async function drain<R>(progress: AsyncGenerator<Progress, R>): Promise<{ lines: Progress[]; result: R }> {
  const lines: Progress[] = [];
  for (;;) {
    const { value, done } = await progress.next();
    if (done === true) return { lines, result: value };
    lines.push(value);
  }
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-transfer-'));
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.stop();
  rmSync(root, { recursive: true });
});

describe('a registry', () => {
  it('gives back what was pushed to it, byte for byte, and both tell progress as Docker does', async () => {
    const config = blob(
      JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
    );
    const layer = blob(gzipSync('not really a layer'));
    const manifest = makeManifest(config, [layerDescriptor(`${mediaTypes.layer}+gzip`, layer)]);
    const push = await drain(
      pushImage({ ...common(), reference: reference('1'), manifest, blobPath: (digest) => join(root, digest) }),
    );
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    expect(push.lines.at(-1)?.aux).toEqual({ Tag: '1', Digest: digest, Size: manifest.length });
    expect(push.lines[0]?.status).toBe(`The push refers to repository [${registry.address}/team/app]`);

    const pull = await drain(pullImage({ ...common(), reference: reference('1'), ...nothingHere }));
    expect(pull.lines[0]).toEqual({ status: 'Pulling from team/app', id: '1' });
    expect(pull.lines.map(({ status }) => status)).toContain('Download complete');
    expect(pull.result.digest).toBe(digest);
    expect(pull.result.bytes.equals(manifest)).toBe(true);
    const dir = pull.result.dir ?? '';
    expect(gunzipSync(readFileSync(join(dir, layer.digest.slice(7)))).toString()).toBe('not really a layer');
    await pull.result.discard();
    expect(existsSync(dir)).toBe(false);
    expect((await inspectRemote({ ...common(), reference: reference('1') })).Descriptor.digest).toBe(digest);
  });

  it('gets uncompressed layers compressed', async () => {
    const config = blob(JSON.stringify({ os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }));
    const layer = blob('plain '.repeat(10_000));
    const manifest = makeManifest(config, [layerDescriptor(mediaTypes.layer, layer)]);
    const blobPath = (digest: string): string => join(root, digest);
    const push = await drain(pushImage({ ...common(), reference: reference('plain'), manifest, blobPath }));
    const pull = await drain(pullImage({ ...common(), reference: reference('plain'), ...nothingHere }));
    expect(pull.result.digest).toBe(push.result);
    const [sent] = pull.result.manifest.layers;
    expect(sent?.mediaType).toBe(`${mediaTypes.layer}+gzip`);
    expect(sent?.size).toBeLessThan(1000);
    expect(pull.result.manifest.config.digest).toBe(config.digest);
    await pull.result.discard();
  });

  it('is not asked for blobs that are here', async () => {
    const config = blob(JSON.stringify({ os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }));
    const layers = [blob(gzipSync('here already')), blob(gzipSync('not here'))];
    const descriptors = layers.map((layer) => layerDescriptor(`${mediaTypes.layer}+gzip`, layer));
    const manifest = makeManifest(config, descriptors);
    const inRoot = (digest: string): string => join(root, digest);
    await drain(pushImage({ ...common(), reference: reference('two'), manifest, blobPath: inRoot }));
    const known = (digest: string): string | undefined => (digest === layers[0]?.digest ? inRoot(digest) : undefined);
    const call = { ...common(), reference: reference('two'), ...nothingHere, blobPath: known };
    const pull = await drain(pullImage(call));
    expect(pull.lines.filter(({ status }) => status === 'Already exists')).toHaveLength(1);
    for (const { digest } of layers) expect(existsSync(join(pull.result.dir ?? '', digest.slice(7)))).toBe(true);
    await pull.result.discard();
    const whole = await drain(pullImage({ ...call, hasImage: (id) => id === config.digest }));
    expect(whole.result.dir).toBeUndefined();
    expect(whole.lines).toHaveLength(1);
  });

  it('is left at once by who stops waiting for it', async () => {
    const abort = new AbortController();
    const call = { ...common(), signal: abort.signal, reference: reference('1'), ...nothingHere };
    abort.abort();
    await expect(drain(pullImage(call))).rejects.toMatchObject({ kind: 'cancelled' });
    expect(readdirSync(root).filter((name) => /^(pull|push|auth)-/.test(name))).toEqual([]);
  });

  it('does not have an image: the error is Docker’s and nothing stays', async () => {
    await expect(drain(pullImage({ ...common(), reference: reference('none'), ...nothingHere }))).rejects.toMatchObject(
      {
        kind: 'not-found',
        message: `manifest for ${registry.address}/team/app:none not found: manifest unknown: manifest unknown`,
      },
    );
    expect(readdirSync(root).filter((name) => /^(pull|push|auth)-/.test(name))).toEqual([]);
  });

  it('that is not there is named in the error', async () => {
    const absent = parseReference('127.0.0.1:9/x:1');
    await expect(drain(pullImage({ ...common(), reference: absent, ...nothingHere }))).rejects.toMatchObject({
      kind: 'system',
      message: expect.stringContaining('127.0.0.1:9'),
    });
  });

  it('takes a log-in', async () => {
    const auth = {
      username: 'u',
      password: 'p',
      auth: '',
      serveraddress: `${registry.address}`,
      identitytoken: '',
      registrytoken: '',
    };
    expect(await logIn(auth, root)).toEqual({ status: 'Login Succeeded', identityToken: '' });
    expect(readdirSync(root).filter((name) => name.startsWith('auth-'))).toEqual([]);
  });
});
