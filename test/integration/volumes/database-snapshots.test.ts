import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { findExecutable } from '../../support/program.ts';
import { semantics } from '../../support/semantics.ts';

const { docker, holdfast } = semantics(['mariadb']);

/** How many snapshots; 100 to be sure of it. */
const runs = Number(process.env.HOLDFAST_SNAPSHOT_RUNS ?? 2);

const login = ['mariadb', '-uroot', '-ps3cret', '-N', '-B', '--unbuffered'];

async function startServer(name: string, volume: string): Promise<void> {
  const environment = ['-e', 'MARIADB_ROOT_PASSWORD=s3cret', '-e', 'MARIADB_DATABASE=shop'];
  await docker.ok('run', '-d', '--name', name, ...environment, '-v', `${volume}:/var/lib/mysql`, 'mariadb');
}

/** Runs SQL, waiting for the server to accept connections. */
async function query(container: string, sql: string): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const result = await docker.run(['exec', container, ...login, 'shop', '-e', sql]);
    if (result.exitCode === 0) return result.stdout.trimEnd();
    if (!/Can't connect|Unknown database|Access denied/.test(result.stderr) || tries === 600)
      throw new Error(result.stderr);
    await sleep(100);
  }
}

/** Inserts rows one after the other, as fast as the server takes them. */
class Writer {
  /** How many rows the server has acknowledged. */
  acknowledged = 0;
  readonly #client;
  readonly #end = new AbortController();
  readonly #writing: Promise<void>;

  constructor(container: string) {
    const command = ['exec', '-i', container, ...login, 'shop'];
    this.#client = spawn(findExecutable('docker'), command, {
      env: { ...process.env, ...docker.environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#writing = this.#write();
  }

  async #write(): Promise<void> {
    const answers = createInterface({ input: this.#client.stdout })[Symbol.asyncIterator]();
    while (!this.#end.signal.aborted) {
      this.#client.stdin.write("INSERT INTO orders (item) VALUES (REPEAT('x', 500)); SELECT LAST_INSERT_ID();\n");
      const { value } = await answers.next();
      this.acknowledged = Number(value);
    }
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#writing;
    this.#client.stdin.end();
    await once(this.#client, 'close');
  }
}

it(
  `of a database that is written to hold every committed row, each of ${runs}`,
  async () => {
    await startServer('db', 'tables');
    await query('db', 'CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, item TEXT) ENGINE=InnoDB');
    const writer = new Writer('db');
    for (let run = 0; run < runs; run += 1) {
      const rows = writer.acknowledged;
      await expect.poll(() => writer.acknowledged, { timeout: 60_000 }).toBeGreaterThan(rows + 20);
      const committed = writer.acknowledged;
      await holdfast.ok('volume', 'snapshot', 'create', '--freeze', '--name', `run${run}`, 'tables');
      await holdfast.ok('volume', 'clone', `tables@run${run}`, 'clone');
      await startServer('copy', 'clone');
      const [last, count] = (await query('copy', 'SELECT MAX(id), COUNT(*) FROM orders')).split('\t').map(Number);
      expect(last).toBeGreaterThanOrEqual(committed);
      expect(count).toBe(last);
      expect(await query('copy', 'CHECK TABLE orders EXTENDED')).toBe('shop.orders\tcheck\tstatus\tOK');
      await docker.ok('rm', '-f', 'copy');
      await holdfast.ok('volume', 'rm', '--now', 'clone');
      await holdfast.ok('volume', 'snapshot', 'rm', 'tables', `run${run}`);
    }
    await writer.stop();
    await docker.ok('rm', '-f', 'db');
    await docker.ok('volume', 'rm', 'tables');
  },
  60_000 * (runs + 1),
);
