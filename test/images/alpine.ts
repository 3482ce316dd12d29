import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBusyboxRootfs } from '../../scripts/busybox-rootfs.mjs';
import { writeArchive } from './archive.ts';
import { tarFolder } from './tar-file.ts';

/** The layer that every test image starts from: busybox and its programs. */
export async function busyboxLayer(work: string): Promise<string> {
  const folder = join(work, 'busybox');
  const layer = join(work, 'busybox.tar');
  await mkdir(folder);
  makeBusyboxRootfs(folder);
  await tarFolder(folder, layer);
  return layer;
}

/** `alpine:latest` as far as tests use it: a small image whose shell and tools are busybox. */
export async function buildAlpine(path: string, work: string): Promise<void> {
  await writeArchive(path, {
    tag: 'alpine:latest',
    layers: [await busyboxLayer(work)],
    config: { Cmd: ['/bin/sh'] },
  });
}
