import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** An image as the tests describe it. `layers` are plain tar files on disk, lowest first. */
export interface ImageDescription {
  tag: string;
  layers: readonly string[];
  /** The OCI image config's `config`: Cmd, Env, Volumes and so on. */
  config: Record<string, unknown>;
}

/** Writes an image as the archive that `docker save` makes and `docker load` reads. */
export async function writeArchive(path: string, image: ImageDescription): Promise<void> {
  const digests = await Promise.all(image.layers.map(digestOf));
  const config = Buffer.from(JSON.stringify(configOf(image, digests)));
  const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
  const layerNames = digests.map((digest) => `${digest}/layer.tar`);
  const manifest = [{ Config: configName, RepoTags: [image.tag], Layers: layerNames }];

  const archive = pack();
  const written = pipeline(archive, createWriteStream(`${path}.part`));
  archive.entry({ name: configName }, config);
  for (const [index, layer] of image.layers.entries()) {
    const { size } = await stat(layer);
    await pipeline(createReadStream(layer), archive.entry({ name: layerNames[index] ?? '', size }));
  }
  archive.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
  archive.finalize();
  await written;
  await rename(`${path}.part`, path);
}

function configOf(image: ImageDescription, digests: readonly string[]): Record<string, unknown> {
  const created = '2024-01-01T00:00:00Z';
  return {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    created,
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], ...image.config },
    rootfs: { type: 'layers', diff_ids: digests.map((digest) => `sha256:${digest}`) },
    history: digests.map((_digest, index) => ({ created, created_by: `layer ${index + 1} of ${image.tag}` })),
  };
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
