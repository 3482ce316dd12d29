import { Readable } from 'node:stream';
import { invalidArgument, messageOf, systemError } from '../../../errors/index.ts';
import { decodeRegistryAuth, registryAuthSchema } from '../../../wire/index.ts';
import type { Call, Route } from '../../call.ts';
import { sendProgress } from '../../streams.ts';
import type { ImagesBackend } from './backend.ts';

/** What moves images in and out, telling its progress, and POST /auth. */
export function transferRoutes(images: ImagesBackend): Route[] {
  return [
    { method: 'POST', path: '/images/create', handle: (call) => create(images, call) },
    { method: 'POST', path: '/images/load', handle: (call) => load(images, call) },
    { method: 'POST', path: '/images/:name/push', handle: (call) => push(images, call) },
    { method: 'POST', path: '/auth', handle: (call) => authenticate(images, call) },
  ];
}

/** Pulls where there is `fromImage`, imports where there is `fromSrc`. */
async function create(images: ImagesBackend, call: Call): Promise<void> {
  const image = call.text('fromImage');
  if (image === '') return importArchive(images, call);
  const auth = decodeRegistryAuth(call.header('x-registry-auth'));
  const options = { auth, platform: call.text('platform'), signal: call.signal };
  await sendProgress(call, images.pull(referenceOf(image, call.text('tag')), options));
}

/** `tag` is a tag or a digest; without one the image's own reference stands. */
function referenceOf(image: string, tag: string): string {
  if (tag === '') return image;
  return tag.includes(':') ? `${image}@${tag}` : `${image}:${tag}`;
}

async function importArchive(images: ImagesBackend, call: Call): Promise<void> {
  const source = call.text('fromSrc');
  if (source === '') throw invalidArgument('either fromImage or fromSrc must be given');
  const archive = source === '-' ? call.request : await download(source, call.signal);
  const progress = images.import(archive, {
    repo: call.text('repo'),
    tag: call.text('tag'),
    message: call.text('message'),
    changes: call.query.getAll('changes'),
    platform: call.text('platform'),
    signal: call.signal,
  });
  await sendProgress(call, progress);
}

async function download(source: string, signal: AbortSignal): Promise<Readable> {
  const url = URL.parse(source.includes('://') ? source : `http://${source}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw invalidArgument(`invalid source ${source}`);
  try {
    const response = await fetch(url, { signal });
    if (response.ok && response.body !== null) return Readable.fromWeb(response.body);
    throw systemError(`download of ${source} failed: HTTP status ${response.status}`);
  } catch (error) {
    throw systemError(`download of ${source} failed: ${messageOf(error)}`, error);
  }
}

async function load(images: ImagesBackend, call: Call): Promise<void> {
  await sendProgress(call, images.load(call.request, { quiet: call.flag('quiet'), signal: call.signal }));
}

async function push(images: ImagesBackend, call: Call): Promise<void> {
  const auth = decodeRegistryAuth(call.header('x-registry-auth'));
  await sendProgress(call, images.push(call.name, { tag: call.text('tag'), auth, signal: call.signal }));
}

async function authenticate(images: ImagesBackend, call: Call): Promise<void> {
  const { status, identityToken } = await images.authenticate(await call.body(registryAuthSchema));
  call.json(200, { Status: status, IdentityToken: identityToken });
}
