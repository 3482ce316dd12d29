/*
 * Brings a checkout to where Holdfast can run: Node's version, npm packages, the bundles, system packages. Each step
 * does nothing where nothing is missing. Uses Node's own modules only, since it runs before `npm ci`.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBundles } from './setup/bundles.mjs';
import { benchNeeds, runNeeds, testNeeds } from './setup/needs.mjs';
import { requireNode } from './setup/node-version.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { guarded } from './setup/say.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';

export const root = new URL('..', import.meta.url);

const needsOf = { run: runNeeds, test: testNeeds, bench: benchNeeds };

/** @param purpose 'run' for what a user needs, 'test' for what the tests need on top, 'bench' for what the benchmarks do. */
export function prepare(purpose) {
  requireNode(root);
  ensureSystemPackages(needsOf[purpose]);
  ensureNpmPackages(root);
  ensureBundles(root);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await guarded(() => prepare(process.argv[2] ?? 'run'));
}
