/*
 * `npm run bench`: set-up, then the benchmarks of bench/. They are TypeScript, which the oldest Node that Holdfast runs
 * on does not read, so they are bundled first.
 */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composePlugin, dockerClient, dockerDaemon, ensureExtracted } from './setup/extracted-program.mjs';
import { guarded, stop } from './setup/say.mjs';
import { prepare, root } from './setup.mjs';

await guarded(async () => {
  prepare('bench');
  if (process.getuid() !== 0) stop('The benchmarks run containers: run them as root.');
  const args = process.argv.slice(2);
  const client = dirname(ensureExtracted(root, dockerClient));
  const environment = { HOLDFAST_CHECKOUT: fileURLToPath(root), PATH: `${process.env.PATH}:${client}` };
  ensureExtracted(root, composePlugin);
  if (args.includes('--with-dockerd')) environment.HOLDFAST_BENCH_DOCKERD = ensureExtracted(root, dockerDaemon);
  const program = fileURLToPath(new URL('.cache/bench/main.mjs', root));
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints: { main: 'bench/main.ts' },
    outdir: '.cache/bench',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  const run = spawnSync(process.execPath, [program, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  process.exitCode = run.status ?? 1;
});
