import { join } from 'node:path';
import { busyboxLayer } from './alpine.ts';
import { writeArchive } from './archive.ts';
import { type LayerEntry, writeTar } from './tar-file.ts';

/** Where the image declares its volume, and what a new volume there is seeded with. */
export const siteFolder = '/usr/share/nginx/html';

const site = siteFolder.slice(1);
const mtime = new Date('2024-02-03T04:05:06Z');
const owner = { uid: 101, gid: 102, mtime };

/** Every kind of thing that a copy may get wrong: owners, special modes, both kinds of link, attributes, a pipe. */
const content: readonly LayerEntry[] = [
  { name: `${site}/`, type: 'directory', mode: 0o750, ...owner },
  { name: `${site}/index.html`, mode: 0o644, ...owner, content: '<h1>It works</h1>\n' },
  { name: `${site}/private.key`, mode: 0o600, uid: 0, gid: 0, mtime, content: 'not for everyone\n' },
  { name: `${site}/tool`, mode: 0o4755, uid: 0, gid: 0, mtime, content: '#!/bin/sh\n' },
  { name: `${site}/home.html`, type: 'symlink', linkname: 'index.html', ...owner },
  { name: `${site}/again.html`, type: 'link', mode: 0o644, linkname: `${site}/index.html`, ...owner },
  { name: `${site}/uploads/`, type: 'directory', mode: 0o1777, ...owner },
  { name: `${site}/pipe`, type: 'fifo', mode: 0o640, ...owner },
  {
    name: `${site}/labelled`,
    mode: 0o444,
    ...owner,
    pax: { 'SCHILY.xattr.user.origin': 'image' },
    content: 'with an attribute\n',
  },
];

/** `nginx:latest` as far as tests use it: busybox's web server over content beneath a VOLUME, owned by a user of its own. */
export async function buildNginx(path: string, work: string): Promise<void> {
  const layer = join(work, 'site.tar');
  await writeTar(layer, content);
  await writeArchive(path, {
    tag: 'nginx:latest',
    layers: [await busyboxLayer(work), layer],
    config: {
      Cmd: ['httpd', '-f', '-p', '80', '-h', siteFolder],
      Volumes: { [siteFolder]: {} },
      StopSignal: 'SIGKILL',
      ExposedPorts: { '80/tcp': {} },
    },
  });
}
