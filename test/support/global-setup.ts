import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureImages } from '../images/index.ts';

/** Runs once before the integration tests: what every file relies on is there, or the run ends with the reason. */
export async function setup(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('the integration tests run containers: run them as root');
  for (const name of ['daemon.js', 'cli.js']) {
    const bundle = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
    if (!existsSync(bundle)) throw new Error(`${bundle} is missing: run npm run build`);
  }
  await ensureImages(['alpine', 'nginx', 'mariadb']);
}
