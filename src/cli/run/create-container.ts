import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidArgument, isKind, messageOf } from '../../errors/index.ts';
import { type App, warn } from '../app.ts';
import { pullImage } from '../image/pull-image.ts';
import { DEFAULT_TAG, splitReference } from '../reference.ts';
import { fileError } from '../user-file.ts';
import { type CreateLine, createRequest } from './create-request.ts';

/** POST /containers/create */
interface Created {
  Id: string;
  Warnings: string[] | null;
}

/** A command line that makes sense, ready to be asked of the engine. */
export interface PreparedContainer {
  line: CreateLine;
  body: object;
}

/** Reads a command line to the end before anything is done. @throws invalid-argument in docker's words. */
export function prepareContainer(app: App, line: CreateLine): PreparedContainer {
  const { pull: policy } = line.values;
  if (!['always', 'missing', 'never'].includes(policy)) {
    throw invalidArgument(`invalid pull option: '${policy}': must be one of "always", "missing" or "never"`);
  }
  return { line, body: createRequest(app, line) };
}

/** Creates a container, after getting its image where that is wanted. Warnings go to stderr. @returns its id. */
export async function createContainer(app: App, { line, body }: PreparedContainer): Promise<string> {
  const idFile = reserveIdFile(app, line.values.cidfile);
  checkImage(line.image);
  if (line.values.pull === 'always') await pull(app, line);
  const { Id, Warnings } = await create(app, line, body);
  for (const warning of Warnings ?? []) warn(app, `WARNING: ${warning}`);
  idFile?.(Id);
  return Id;
}

async function create(app: App, line: CreateLine, body: object): Promise<Created> {
  const post = () =>
    app.client().json<Created>({
      method: 'POST',
      path: '/containers/create',
      query: { name: line.values.name, platform: line.values.platform },
      body,
    });
  try {
    return await post();
  } catch (error) {
    const mayPull = isKind(error, 'not-found') && line.values.pull === 'missing' && !isOfMount(error, line);
    const reference = mayPull ? imageName(line.image) : undefined;
    if (reference === undefined) throw error;
    if (!line.values.quiet) warn(app, `Unable to find image '${reference}' locally`);
    await pull(app, line);
    return post();
  }
}

/** Whether what is missing is an image to be mounted: those are not pulled, and pulling the container's would not help. */
function isOfMount(error: unknown, { image, values }: CreateLine): boolean {
  const missing = /No such image: (\S+)$/.exec(messageOf(error))?.[1];
  return values.mount.some(({ Type, Source = '' }) => {
    return Type === 'image' && Source !== image && (missing === Source || missing === `${Source}:${DEFAULT_TAG}`);
  });
}

/** Progress goes to stderr: stdout is the container's. */
function pull(app: App, { image, values }: CreateLine): Promise<void> {
  return pullImage(app, { image, platform: values.platform, quiet: values.quiet, output: app.stderr });
}

const IMAGE_ID = /^(sha256:)?[\da-f]{64}$/;

function checkImage(image: string): void {
  if (!IMAGE_ID.test(image)) splitReference(image);
}

/** What can be pulled, with its tag; undefined for an id. */
function imageName(image: string): string | undefined {
  if (IMAGE_ID.test(image)) return undefined;
  const { tag, digest } = splitReference(image);
  return tag === '' && digest === '' ? `${image}:${DEFAULT_TAG}` : image;
}

/** Makes sure no other container's id is overwritten, before there is a container. @returns what writes the file. */
function reserveIdFile(app: App, file: string): ((id: string) => void) | undefined {
  if (file === '') return undefined;
  const path = resolve(app.cwd, file);
  if (existsSync(path)) {
    throw invalidArgument(`container ID file found, make sure the other container isn't running or delete ${file}`);
  }
  try {
    writeFileSync(path, '', { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw invalidArgument(`failed to create the container ID file: ${fileError('open', file, error).message}`, error);
  }
  return (id) => writeFileSync(path, id);
}
