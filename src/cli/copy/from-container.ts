import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { invalidArgument } from '../../errors/index.ts';
import { type App, warn } from '../app.ts';
import { humanSize } from '../format/units.ts';
import { named } from '../object-path.ts';
import { localDestination } from './local-path.ts';
import { isFolder, isLink, linkTarget, statOf, statPath } from './path-stat.ts';
import { baseOf, copyTarget, renamed } from './target.ts';
import { unpackLocal } from './unpack.ts';

/** A copy out of a container; `destination` undefined for an archive on standard output. */
export interface CopyOut {
  container: string;
  path: string;
  destination: string | undefined;
  follow: boolean;
  quiet: boolean;
}

/** Copies out of a container. */
export async function copyFromContainer(app: App, copy: CopyOut): Promise<void> {
  const { destination } = copy;
  if (destination !== undefined) checkFolder(resolve(app.cwd, destination));
  const source = await followed(app, copy);
  const response = await app.client().request({
    method: 'GET',
    path: `${named('container', copy.container)}/archive`,
    query: { path: source.path },
  });
  if (destination === undefined) return pipeline(response, app.stdout, { end: false });
  const facts = { path: source.path, isDirectory: isFolder(statOf(response)), rename: source.rename };
  const target = copyTarget(facts, localDestination(destination, app.cwd));
  const { size, skipped } = await unpackLocal(response, target.folder, (name) => renamed(name, target));
  for (const path of skipped) warn(app, `left out ${path}: it is a device or a pipe`);
  if (!copy.quiet) warn(app, `Successfully copied ${humanSize(size, 3)} to ${resolve(app.cwd, destination)}`);
}

/** The path to ask for; a followed link's content keeps the link's name. */
async function followed(app: App, { container, path, follow }: CopyOut): Promise<{ path: string; rename?: string }> {
  if (!follow) return { path };
  const stat = await statPath(app.client(), container, path);
  return isLink(stat) ? { path: linkTarget(path, stat), rename: baseOf(path) } : { path };
}

/** Asked before anything is copied: the folder to copy into has to be there. */
function checkFolder(path: string): void {
  const folder = dirname(path);
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw invalidArgument(`invalid output path: directory "${folder}" does not exist`);
}
