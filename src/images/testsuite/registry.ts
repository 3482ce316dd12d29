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

/** The one who may use a registry that asks who it is. */
export const member = { username: 'member', password: 'secret' };
const memberFile = 'member:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';

/** @param options.membersOnly whether it asks for `member`'s password. */
export async function startRegistry(options: { membersOnly?: boolean } = {}): Promise<TestRegistry> {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(root, 'registry.yml');
  const storage = `storage:\n  filesystem:\n    rootdirectory: ${root}/data\n`;
  const members = join(root, 'members');
  writeFileSync(members, memberFile);
  const auth = options.membersOnly === true ? `auth:\n  htpasswd:\n    realm: test\n    path: ${members}\n` : '';
  writeFileSync(config, `version: 0.1\n${storage}${auth}http:\n  addr: ${address}\n`);
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
    await fetch(`http://${address}/v2/`);
    return true;
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
