/*
 * `npm test`: set-up, then every test, then one line `N passed, N failed`. Arguments go on to vitest, so that one file
 * can be asked for: npm test -- test/integration/volumes. Exits 0 only where at least one test ran and none failed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composePlugin, dockerClient, ensureExtracted, registry } from './setup/extracted-program.mjs';
import { guarded, stop } from './setup/say.mjs';
import { prepare, root } from './setup.mjs';
import { closingLine, countResults } from './test-results.mjs';

await guarded(() => {
  prepare('test');
  if (process.getuid() !== 0) stop('The tests mount file systems and run containers: run them as root.');
  const programs = [dockerClient, registry, composePlugin].map((wanted) => dirname(ensureExtracted(root, wanted)));
  const report = fileURLToPath(new URL('.cache/test-report.json', root));
  mkdirSync(new URL('.cache/', root), { recursive: true });
  rmSync(report, { force: true });
  const vitest = fileURLToPath(new URL('node_modules/vitest/vitest.mjs', root));
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const run = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
    cwd: fileURLToPath(root),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: [process.env.PATH, ...programs].join(':') },
  });
  const results = countResults(readReport(report));
  process.stdout.write(`\n${closingLine(results)}\n`);
  process.exit(run.status === 0 && results.failed === 0 && results.passed > 0 ? 0 : 1);
});

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return stop('vitest wrote no report: it ended before the tests did.\n0 passed, 1 failed');
  }
}
