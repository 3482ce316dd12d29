import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Spawned, spawnProcess } from '../../host/index.ts';
import type { Progress } from '../../wire/index.ts';
import { makeManifest, mediaTypes } from '../manifest.ts';
import { parseReference } from '../reference.ts';
import { inspectRemote, logIn, pullImage, pushImage } from './index.ts';

let root: string;
let port: number;
let registry: Spawned;

const blob = (content: string): { digest: string; size: number } => {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  writeFileSync(join(root, digest), content);
  return { digest, size: Buffer.byteLength(content) };
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

async function serve(): Promise<void> {
  port = await freePort();
  const config = join(root, 'registry.yml');
  writeFileSync(
    config,
    `version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ${root}/registry\nhttp:\n  addr: 127.0.0.1:${port}\n`,
  );
  registry = spawnProcess(['docker-registry', 'serve', config], { stdout: 'ignore', stderr: 'ignore' });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (
      await fetch(`http://127.0.0.1:${port}/v2/`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await delay(50);
  }
}

const reference = (tag: string) => parseReference(`127.0.0.1:${port}/team/app:${tag}`);
const common = () => ({ auth: undefined, scratch: root, signal: new AbortController().signal });

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
  await serve();
});
afterAll(async () => {
  registry.kill();
  await registry.exited;
  rmSync(root, { recursive: true });
});

describe('a registry', () => {
  it('gives back what was pushed to it, byte for byte, and both tell progress as Docker does', async () => {
    const config = blob(
      JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
    );
    const layer = blob('not really a layer');
    const manifest = makeManifest(config, [
      { mediaType: mediaTypes.layer, ...layer, platform: null, annotations: null },
    ]);
    const push = await drain(
      pushImage({ ...common(), reference: reference('1'), manifest, blobPath: (digest) => join(root, digest) }),
    );
    const digest = `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
    expect(push.lines.at(-1)?.aux).toEqual({ Tag: '1', Digest: digest, Size: manifest.length });
    expect(push.lines[0]?.status).toBe(`The push refers to repository [127.0.0.1:${port}/team/app]`);

    const pull = await drain(pullImage({ ...common(), reference: reference('1'), platform: '' }));
    expect(pull.lines[0]).toEqual({ status: 'Pulling from team/app', id: '1' });
    expect(pull.lines.map(({ status }) => status)).toContain('Download complete');
    expect(pull.result.digest).toBe(digest);
    expect(pull.result.manifest.equals(manifest)).toBe(true);
    expect(readFileSync(join(pull.result.dir, layer.digest.slice(7)), 'utf8')).toBe('not really a layer');
    await pull.result.discard();
    expect(existsSync(pull.result.dir)).toBe(false);
    expect((await inspectRemote({ ...common(), reference: reference('1') })).Descriptor.digest).toBe(digest);
  });

  it('does not have an image: the error is Docker’s and nothing stays', async () => {
    await expect(drain(pullImage({ ...common(), reference: reference('none'), platform: '' }))).rejects.toMatchObject({
      kind: 'not-found',
      message: `manifest for 127.0.0.1:${port}/team/app:none not found: manifest unknown: manifest unknown`,
    });
    expect(readdirSync(root).filter((name) => /^(pull|push|auth)-/.test(name))).toEqual([]);
  });

  it('that is not there is named in the error', async () => {
    const absent = parseReference('127.0.0.1:9/x:1');
    await expect(drain(pullImage({ ...common(), reference: absent, platform: '' }))).rejects.toMatchObject({
      kind: 'system',
      message: expect.stringContaining('127.0.0.1:9'),
    });
  });

  it('takes a log-in', async () => {
    const auth = {
      username: 'u',
      password: 'p',
      auth: '',
      serveraddress: `127.0.0.1:${port}`,
      identitytoken: '',
      registrytoken: '',
    };
    expect(await logIn(auth, root)).toEqual({ status: 'Login Succeeded', identityToken: '' });
    expect(readdirSync(root).filter((name) => name.startsWith('auth-'))).toEqual([]);
  });
});
