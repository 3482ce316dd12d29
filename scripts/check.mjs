/*
 * `npm run check`: what a change must pass before it is committed, in seconds: lint, types, unused code, the rules of
 * test/architecture, and the unit tests that the uncommitted changes reach. Everything is run even where an early step fails, so that one run shows all there is to mend.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { requireNode } from './setup/node-version.mjs';
import { ensureNpmPackages } from './setup/npm-packages.mjs';
import { guarded } from './setup/say.mjs';

const root = new URL('..', import.meta.url);

const steps = [
  ['lint', ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['typescript/bin/tsc', '--noEmit']],
  ['unused', ['knip/bin/knip.js']],
  ['architecture', ['vitest/vitest.mjs', 'run', '--project', 'unit', 'test/architecture']],
  ['unit tests of what changed', ['vitest/vitest.mjs', 'run', '--project', 'unit', '--changed', '--passWithNoTests']],
];

await guarded(() => {
  requireNode(root);
  ensureNpmPackages(root);
  const failed = steps.filter(([name, argv]) => !passes(name, argv)).map(([name]) => name);
  process.stdout.write(failed.length === 0 ? 'check: all passed\n' : `check: failed: ${failed.join(', ')}\n`);
  process.exit(failed.length === 0 ? 0 : 1);
});

function passes(name, [program, ...rest]) {
  process.stdout.write(`check: ${name}\n`);
  const path = fileURLToPath(new URL(`node_modules/${program}`, root));
  return spawnSync(process.execPath, [path, ...rest], { cwd: fileURLToPath(root), stdio: 'inherit' }).status === 0;
}
