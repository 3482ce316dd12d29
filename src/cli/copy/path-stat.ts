import type { IncomingMessage } from 'node:http';
import { dirname, posix } from 'node:path';
import type { ApiClient } from '../../client/index.ts';

import { isKind, notFound, systemError } from '../../errors/index.ts';
import type { PathStat } from '../../wire/index.ts';
import { named } from '../object-path.ts';

/** Bits of Go's FileMode, as the header has it. */
const DIRECTORY = 2 ** 31;
const SYMBOLIC_LINK = 2 ** 27;

export const isFolder = ({ mode }: PathStat): boolean => hasBit(mode, DIRECTORY);
export const isLink = ({ mode }: PathStat): boolean => hasBit(mode, SYMBOLIC_LINK);
/** Devices, pipes and sockets. */
export const isSpecial = ({ mode }: PathStat): boolean =>
  [2 ** 26, 2 ** 25, 2 ** 24, 2 ** 21].some((bit) => hasBit(mode, bit));

/** Bits beyond 31 do not fit JavaScript's bit operators. */
function hasBit(mode: number, bit: number): boolean {
  return Math.floor(mode / bit) % 2 === 1;
}

/** Asks what is at a path of a container. @throws not-found where nothing is. */
export async function statPath(client: ApiClient, container: string, path: string): Promise<PathStat> {
  try {
    const response = await client.request({
      method: 'HEAD',
      path: `${named('container', container)}/archive`,
      query: { path },
    });
    response.resume();
    return statOf(response);
  } catch (error) {
    // A HEAD answer has no body to say what is missing.
    if (isKind(error, 'not-found')) throw notFound(await whatIsMissing(client, container, path), error);
    throw error;
  }
}

async function whatIsMissing(client: ApiClient, container: string, path: string): Promise<string> {
  await client.send({ method: 'GET', path: `${named('container', container)}/json` });
  return `Error response from daemon: Could not find the file ${path} in container ${container}`;
}

/** What an archive's response says of its path. */
export function statOf(response: IncomingMessage): PathStat {
  const header = response.headers['x-docker-container-path-stat'];
  if (typeof header !== 'string') throw systemError('the daemon did not say what is at the path');
  return JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as PathStat;
}

/** Where a symbolic link at `path` leads, as a path of the container. */
export function linkTarget(path: string, { linkTarget: target }: PathStat): string {
  return posix.isAbsolute(target) ? target : posix.join(dirname(path), target);
}
