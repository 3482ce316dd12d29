/*
 * Bundles the two programs into dist/: cli.js (started for every command, so split into chunks that load only when a
 * command needs them) and daemon.js. Both are ESM for the oldest Node that package.json allows.
 */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Addons find their binary beside their own files, so they stay in node_modules. */
const nativePackages = ['koffi', 'node-unix-socket'];

/** Bundled CommonJS packages call require() for Node's own modules; ESM has none, so each bundle makes one. */
const banner = {
  js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
};

const common = {
  absWorkingDir: root,
  outdir: 'dist',
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

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
await Promise.all([
  build({ ...common, entryPoints: { cli: 'src/cli/main.ts' }, splitting: true, chunkNames: 'cli-[name]-[hash]' }),
  build({
    ...common,
    entryPoints: { daemon: 'src/daemon/main.ts' },
    splitting: true,
    chunkNames: 'daemon-[name]-[hash]',
  }),
]);
