import { createWriteStream, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { invalidArgument } from '../errors/index.ts';
import type { App } from './app.ts';

/**
 * Writes what the engine sends to a file, or to standard output where no file is named. The file appears only when it
 * is whole. @throws invalid-argument where output would go to a terminal or the file's folder is missing.
 */
export async function writeArchive(
  app: App,
  { file, verb }: { file: string; verb: string },
  fetch: () => Promise<Readable>,
): Promise<void> {
  if (file !== '') return writeFile(file, { verb, fetch });
  if (app.stdout.isTTY === true) {
    throw invalidArgument('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  }
  const body = await fetch();
  await pipeline(body, app.stdout, { end: false });
}

async function writeFile(
  file: string,
  { verb, fetch }: { verb: string; fetch: () => Promise<Readable> },
): Promise<void> {
  const folder = dirname(file);
  const target = statSync(file, { throwIfNoEntry: false });
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw invalidArgument(`failed to ${verb}: invalid output path: stat ${folder}: no such file or directory`);
  }
  if (target?.isDirectory() === true) throw invalidArgument(`failed to ${verb}: cannot write to a directory`);
  const body = await fetch();
  // A device or pipe is written to as it is; putting a file in its place would destroy it.
  if (target !== undefined && !target.isFile()) return pipeline(body, createWriteStream(file));
  const scratch = mkdtempSync(join(folder, '.holdfast-'));
  const part = join(scratch, basename(file));
  const discard = (): void => rmSync(scratch, { recursive: true, force: true });
  // A signal ends the program where it stands.
  process.once('exit', discard);
  try {
    await pipeline(body, createWriteStream(part, { mode: 0o600 }));
    renameSync(part, file);
  } finally {
    process.off('exit', discard);
    discard();
  }
}
