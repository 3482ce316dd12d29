import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../host/index.ts';
import { type ApiServer, createServer } from '../server.ts';
import { type MemoryEngine, memoryEngine } from './memory-engine.ts';

/** An engine in memory, served on a real socket. */
export interface ServedEngine {
  engine: MemoryEngine;
  server: ApiServer;
  /** The socket's path. */
  path: string;
  close(): Promise<void>;
}

export async function serveMemoryEngine(): Promise<ServedEngine> {
  const engine = memoryEngine();
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-server-'));
  const path = join(folder, 'api.sock');
  const server = createServer(engine, { version: '1.2.3', log: silentLog });
  await server.listen({ path, group: '' });
  return {
    engine,
    server,
    path,
    close: async () => {
      await server.close(0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
