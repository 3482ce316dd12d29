/* `npm run openapi`: writes docs/openapi.json anew, from what the routes below /holdfast/v1 say about themselves. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const test = 'test/architecture/openapi.test.ts';
const run = spawnSync(process.execPath, [vitest, 'run', '--project', 'unit', test, '--update'], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = run.status ?? 1;
