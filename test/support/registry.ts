import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findExecutable } from './program.ts';

/** A registry on loopback, for pull and push. */
export class Registry {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(address: string, child: ChildProcess) {
    this.address = address;
    this.#child = child;
  }

  /** Starts one that keeps its files beneath `folder`, on a free port, and returns once it answers. */
  static async start(folder: string): Promise<Registry> {
    const address = `127.0.0.1:${await freePort()}`;
    const storage = join(folder, 'registry');
    mkdirSync(storage, { recursive: true });
    const config = join(folder, 'registry.yml');
    writeFileSync(config, JSON.stringify(settings(address, storage)));
    const child = spawn(findExecutable('docker-registry'), ['serve', config], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(address)); tries++) {
      if (tries === 200 || child.exitCode !== null) throw new Error('the registry did not start');
      await sleep(25);
    }
    return new Registry(address, child);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** JSON is YAML too. */
function settings(address: string, storage: string): object {
  return {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: address },
  };
}

/** A port that is free on loopback just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get(`http://${address}/v2/`, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('error', () => resolve(false));
  });
}
