import { isAbsolute } from 'node:path';
import { invalidArgument } from '../../errors/index.ts';

/** One side of a copy: a path in a container, a path here, or an archive on a standard stream. */
export type CopyEnd =
  | { kind: 'container'; container: string; path: string }
  | { kind: 'local'; path: string }
  | { kind: 'stream' };

/** Reads `CONTAINER:PATH`, a path, or `-`. A colon after a slash or a leading dot belongs to a local path. */
export function parseCopyEnd(raw: string): CopyEnd {
  if (raw === '-') return { kind: 'stream' };
  const at = raw.indexOf(':');
  const container = raw.slice(0, at);
  if (isAbsolute(raw) || at <= 0 || container.startsWith('.') || container.includes('/'))
    return { kind: 'local', path: raw };
  const path = raw.slice(at + 1);
  if (path === '') throw invalidArgument(`no path given after "${container}:"`);
  return { kind: 'container', container, path };
}
