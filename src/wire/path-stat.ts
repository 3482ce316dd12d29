import * as z from 'zod';
import { decodeBody } from './decode.ts';
import { number, text } from './lenient.ts';

/**
 * What HEAD and GET /containers/{id}/archive tell about a path, in the header X-Docker-Container-Path-Stat. `size` in
 * bytes, `mode` a Go FileMode (see goFileMode), `mtime` RFC 3339, `linkTarget` "" unless it is a symbolic link.
 */
export interface PathStat {
  name: string;
  size: number;
  mode: number;
  mtime: string;
  linkTarget: string;
}

const pathStatSchema = z.object({ name: text(), size: number(), mode: number(), mtime: text(), linkTarget: text() });

/** The header's value for a path: base64 of its JSON. */
export const encodePathStat = (stat: PathStat): string => Buffer.from(JSON.stringify(stat)).toString('base64');

/** The path that a header's value tells of. @throws invalid-argument where it is not one. */
export function decodePathStat(header: string): PathStat {
  return decodeBody(pathStatSchema, parse(Buffer.from(header, 'base64').toString()));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // Not JSON: decodeBody refuses a string with a message of its own.
    return json;
  }
}

const GO_TYPE_BITS: ReadonlyMap<number, number> = new Map([
  [0o040000, 2 ** 31], // directory
  [0o120000, 2 ** 27], // symbolic link
  [0o010000, 2 ** 25], // fifo
  [0o140000, 2 ** 24], // socket
  [0o060000, 2 ** 26], // block device
  [0o020000, 2 ** 26 + 2 ** 21], // character device
]);

/** Turns st_mode of stat(2) into Go's FileMode, whose type and set-id bits lie elsewhere. */
export function goFileMode(mode: number): number {
  const setUid = (mode & 0o4000) === 0 ? 0 : 2 ** 23;
  const setGid = (mode & 0o2000) === 0 ? 0 : 2 ** 22;
  const sticky = (mode & 0o1000) === 0 ? 0 : 2 ** 20;
  return (mode & 0o777) + setUid + setGid + sticky + (GO_TYPE_BITS.get(mode & 0o170000) ?? 0);
}
