/*
 * Bundles the two programs into dist/: cli.js (started for every command, so split into chunks that load only when a
 * command needs them) and daemon.js. Both are ESM for the oldest Node that package.json allows.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Addons find their binary beside their own files, so they stay in node_modules. */
const nativePackages = ['koffi'];

/** Bundled CommonJS packages call require() for Node's own modules; ESM has none, so each bundle makes one. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
};

/** Built aside and put in place whole, so that a daemon or command that starts meanwhile finds all of the old one. */
const work = `.cache/build-${process.pid}`;

const common = {
  absWorkingDir: root,
  outdir: work,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: nativePackages,
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
  banner,
};

await Promise.all([
  build({ ...common, entryPoints: { cli: 'src/cli/main.ts' }, splitting: true, chunkNames: 'cli-[name]-[hash]' }),
  build({
    ...common,
    entryPoints: { daemon: 'src/daemon/main.ts' },
    splitting: true,
    chunkNames: 'daemon-[name]-[hash]',
  }),
]);

mkdirSync(new URL('../.cache/', import.meta.url), { recursive: true });
rmSync(new URL('../.cache/replaced', import.meta.url), { recursive: true, force: true });
const dist = new URL('../dist', import.meta.url);
if (existsSync(dist)) renameSync(dist, new URL('../.cache/replaced', import.meta.url));
renameSync(new URL(`../${work}`, import.meta.url), dist);
