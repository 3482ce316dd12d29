import { closeSync, constants, fstatSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { unpackFolder } from '../containers/index.ts';
import { invalidArgument, messageOf } from '../errors/index.ts';
import { codeOf, openInRoot } from '../host/index.ts';
import { IgnorePatterns } from '../wire/index.ts';

/** No Dockerfile comes near this. */
const maxBytes = 4 << 20;

/**
 * Unpacks a build's context into `context` in a build's folder. Nothing in the archive reaches anything outside.
 * @returns the Dockerfile's text
 * @throws invalid-argument for archives that are none or try to, and where there is no such Dockerfile
 */
export async function unpackContext(folder: string, stream: Readable, dockerfile: string): Promise<string> {
  const context = join(folder, 'context');
  mkdirSync(context, { mode: 0o755 });
  await unpack(context, stream);
  const text = readInside(context, dockerfile);
  if (text === undefined) throw invalidArgument(`Cannot locate specified Dockerfile: ${dockerfile}`);
  dropIgnored(context, dockerfile);
  // What is to be left out, the client has left out.
  writeFileSync(join(folder, 'ignore'), '');
  return text;
}

/** What an archive names may be missing or be no folder: that is for its sender to know, where it was unpacked is not. */
async function unpack(context: string, stream: Readable): Promise<void> {
  try {
    await unpackFolder(context, stream);
  } catch (error) {
    if (!archiveErrors.has(codeOf(error) ?? '')) throw error;
    const reason = messageOf(error).replaceAll(context, 'the build context');
    throw invalidArgument(`failed to unpack the build context: ${reason}`, error);
  }
}

const archiveErrors = new Set(['EEXIST', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM', 'EXDEV']);

/** Clients send both files in any case; where they are to be ignored, no step may copy them. */
function dropIgnored(context: string, dockerfile: string): void {
  const text = readInside(context, '.dockerignore');
  if (text === undefined) return;
  const patterns = IgnorePatterns.parse(text);
  for (const path of ['.dockerignore', dockerfile]) {
    if (!patterns.matches(path)) continue;
    const parent = openInRoot(context, join('/', path, '..'), constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      unlinkSync(`/proc/self/fd/${parent}/${path.split('/').at(-1)}`);
    } finally {
      closeSync(parent);
    }
  }
}

/** A file's text, links resolved as if the folder were the root; undefined where there is none. */
function readInside(root: string, path: string): string | undefined {
  let fd: number;
  try {
    fd = openInRoot(root, path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw invalidArgument(`failed to read ${path}: ${messageOf(error)}`, error);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw invalidArgument(`failed to read ${path}: it is not a file`);
    if (stat.size > maxBytes) throw invalidArgument(`failed to read ${path}: it is larger than ${maxBytes} bytes`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
