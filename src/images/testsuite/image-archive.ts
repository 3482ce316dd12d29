import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Member, tarOf } from './tar.ts';

/** An image for an archive made by hand. */
export interface TestImage {
  tags?: string[];
  /** Each layer's members, or its bytes as they are. */
  layers?: Array<Member[] | Buffer>;
  config?: object;
  /** More of the configuration document, or other values in it. */
  document?: object;
}

/** An image that can run something: the host's static busybox. */
export const busyboxLayer: Member[] = [
  { name: 'bin', type: 'directory' },
  { name: 'bin/busybox', data: readFileSync('/usr/bin/busybox'), mode: 0o755 },
  { name: 'bin/sh', type: 'symlink', linkname: 'busybox' },
  { name: 'etc', type: 'directory' },
  { name: 'etc/passwd', data: 'root:x:0:0:root:/:/bin/sh\n' },
];

/** Makes an archive as `docker save` did before version 25: `<digest>.json` and `<digest>/layer.tar`. */
export async function archiveOf(...images: TestImage[]): Promise<Buffer> {
  const members = new Map<string, Member>();
  const manifest: object[] = [];
  for (const image of images) {
    const layers = await Promise.all((image.layers ?? [busyboxLayer]).map(bytesOf));
    const config = Buffer.from(JSON.stringify(documentOf(image, layers)));
    const names = layers.map((layer) => `${hexOf(layer)}/layer.tar`);
    for (const [index, layer] of layers.entries()) {
      const name = names[index] ?? '';
      members.set(name, { name, data: layer });
    }
    const Config = `${hexOf(config)}.json`;
    members.set(Config, { name: Config, data: config });
    manifest.push({ Config, RepoTags: image.tags ?? null, Layers: names });
  }
  return tarOf({ name: 'manifest.json', data: JSON.stringify(manifest) }, ...members.values());
}

/** `sha256:…` of bytes. */
export const digestOf = (bytes: Buffer | string): string => `sha256:${hexOf(bytes)}`;

function documentOf(image: TestImage, layers: readonly Buffer[]): object {
  const created = '2024-05-06T07:08:09.123456789Z';
  return {
    architecture: 'amd64',
    os: 'linux',
    created,
    config: { Cmd: ['sh'], Env: ['PATH=/bin'], ...image.config },
    history: layers.map((_, index) => ({ created, created_by: `step ${index}` })),
    rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
    ...image.document,
  };
}

async function bytesOf(layer: Member[] | Buffer): Promise<Buffer> {
  return Buffer.isBuffer(layer) ? layer : tarOf(...layer);
}

const hexOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
