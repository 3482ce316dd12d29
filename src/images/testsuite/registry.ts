import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnProcess } from '../../host/index.ts';

/** A registry of its own for a test, empty at first. */
export interface TestRegistry {
  /** `127.0.0.1:<port>`. */
  address: string;
  stop(): Promise<void>;
}

export async function startRegistry(): Promise<TestRegistry> {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(root, 'registry.yml');
  const storage = `storage:\n  filesystem:\n    rootdirectory: ${root}/data\n`;
  writeFileSync(config, `version: 0.1\n${storage}http:\n  addr: ${address}\n`);
  const registry = spawnProcess(['docker-registry', 'serve', config], { stdout: 'ignore', stderr: 'ignore' });
  while (!(await answers(address))) await delay(20);
  return {
    address,
    stop: async () => {
      registry.kill();
      await registry.exited;
      rmSync(root, { recursive: true });
    },
  };
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(`http://${address}/v2/`)).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
