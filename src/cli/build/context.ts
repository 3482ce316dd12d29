import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { invalidArgument, notImplemented } from '../../errors/index.ts';
import { IgnorePatterns } from '../../wire/index.ts';
import type { App } from '../app.ts';
import { fileError } from '../user-file.ts';
import { packContext } from './pack.ts';

/** What is sent to be built. */
export interface Context {
  archive: Readable;
  /** The Dockerfile's path in the archive. */
  dockerfile: string;
}

const dockerignore = '.dockerignore';

/**
 * Opens what a build is made from: a folder, or standard input where the path is "-".
 * @param file the Dockerfile as the user named it; '' for the usual one
 * @throws invalid-argument in docker's words for what is not there
 */
export async function openContext(app: App, path: string, file: string): Promise<Context> {
  if (path === '-') return fromInput(app, file);
  if (/^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(path) && !existsSync(resolve(app.cwd, path))) {
    throw notImplemented(`holdfast fetches no build contexts: download ${path} and build from the folder`);
  }
  const folder = contextFolder(app, path);
  const { dockerfile, text } = await locate(app, folder, file);
  const ignoring = existsSync(join(folder, dockerignore)) ? readFileSync(join(folder, dockerignore), 'utf8') : '';
  // Both go along in any case: the engine needs them, and then keeps them from being copied.
  const patterns = IgnorePatterns.parse(ignoring, [`!${dockerignore}`, `!${dockerfile}`]);
  const extra = text === undefined ? [] : [{ name: dockerfile, content: text }];
  return { archive: packContext(folder, patterns, extra), dockerfile };
}

function contextFolder(app: App, path: string): string {
  const folder = resolve(app.cwd, path);
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) throw invalidArgument(`unable to prepare context: path ${JSON.stringify(path)} not found`);
  if (!stat.isDirectory()) {
    throw invalidArgument(`unable to prepare context: context must be a directory: ${folder}`);
  }
  return realpathSync(folder);
}

/** Finds the Dockerfile; one from outside the context is sent along under a name of its own, with its text. */
async function locate(app: App, folder: string, file: string): Promise<{ dockerfile: string; text?: string }> {
  const aside = `.dockerfile.${randomBytes(10).toString('hex')}`;
  if (file === '-') return { dockerfile: aside, text: (await readAll(app.stdin)).toString() };
  const named = file === '' ? join(folder, 'Dockerfile') : resolve(app.cwd, file);
  const lower = join(folder, 'dockerfile');
  const path = file === '' && !existsSync(named) && existsSync(lower) ? lower : named;
  try {
    const real = realpathSync(path);
    const inside = relative(folder, real);
    if (!inside.startsWith('..')) return { dockerfile: inside };
    return { dockerfile: aside, text: readFileSync(real, 'utf8') };
  } catch (error) {
    const reason = fileError('lstat', path, error);
    throw invalidArgument(
      `unable to prepare context: unable to evaluate symlinks in Dockerfile path: ${reason.message}`,
    );
  }
}

/** Standard input is an archive, compressed or not, or the text of a Dockerfile. */
async function fromInput(app: App, file: string): Promise<Context> {
  if (file === '-') throw invalidArgument('invalid argument: can’t use stdin for both build context and dockerfile');
  const iterator = app.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const chunks: Buffer[] = [];
  let isOver = false;
  while (!isOver && Buffer.concat(chunks).length < 512) {
    const next = await iterator.next();
    if (next.done === true) isOver = true;
    else chunks.push(Buffer.from(next.value));
  }
  const start = Buffer.concat(chunks);
  const all = async function* (): AsyncGenerator<Buffer> {
    yield start;
    if (isOver) return;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  };
  if (isArchive(start))
    return { archive: Readable.from(all(), { objectMode: false }), dockerfile: file || 'Dockerfile' };
  const text = (await readAll(all())).toString();
  if (text === '') throw invalidArgument('unable to prepare context: standard input is empty');
  return {
    archive: packContext(undefined, IgnorePatterns.parse(''), [{ name: 'Dockerfile', content: text }]),
    dockerfile: 'Dockerfile',
  };
}

/** As archives begin: compressed by gzip, bzip2, xz or zstd, or with tar's mark in its first header. */
function isArchive(start: Buffer): boolean {
  const magics = ['1f8b08', '425a68', 'fd377a585a00', '28b52ffd'];
  return (
    magics.some((magic) => start.toString('hex').startsWith(magic)) || start.toString('latin1', 257, 262) === 'ustar'
  );
}

async function readAll(source: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
