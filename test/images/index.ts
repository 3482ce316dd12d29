import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from '../support/program.ts';
import { buildAlpine } from './alpine.ts';
import { buildMariadb } from './mariadb.ts';
import { buildNginx } from './nginx.ts';

export { siteFolder } from './nginx.ts';

/** The images that tests can ask for. */
export type TestImage = 'alpine' | 'nginx' | 'mariadb';

const builders: Record<TestImage, (path: string, work: string) => Promise<void>> = {
  alpine: buildAlpine,
  nginx: buildNginx,
  mariadb: buildMariadb,
};

const cache = fileURLToPath(new URL('../../.cache/images/', import.meta.url));

/** The archive of a test image, for `docker load`. It exists once `ensureImages` has run. */
export function imageArchive(name: TestImage): string {
  return join(cache, `${name}-${recipeDigest()}.tar`);
}

/** Builds the images that are not in .cache/ yet, or were built by other recipes. */
export async function ensureImages(names: readonly TestImage[]): Promise<void> {
  mkdirSync(cache, { recursive: true });
  for (const name of names) {
    const path = imageArchive(name);
    if (!existsSync(path)) await build(name, path);
  }
}

async function build(name: TestImage, path: string): Promise<void> {
  for (const old of readdirSync(cache)) {
    if (old.startsWith(`${name}-`)) rmSync(join(cache, old), { recursive: true });
  }
  const work = mkdtempSync(join(cache, 'work-'));
  try {
    await builders[name](path, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Changes where a recipe does, or the busybox that images are made from. */
function recipeDigest(): string {
  const hash = createHash('sha256');
  // By way of the checkout, because the benchmarks' bundle lies elsewhere, as deep as this file.
  const here = fileURLToPath(new URL('../../test/images/', import.meta.url));
  for (const file of readdirSync(here).sort()) hash.update(readFileSync(join(here, file)));
  hash.update(readFileSync(new URL('../../scripts/busybox-rootfs.mjs', import.meta.url)));
  const busybox = statSync(findExecutable('busybox'));
  hash.update(`${busybox.size} ${busybox.mtimeMs}`);
  return hash.digest('hex').slice(0, 16);
}
