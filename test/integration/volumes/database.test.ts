import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CommandLine } from '../../support/command-line.ts';
import { eachCommandLine } from '../../support/engine.ts';

const settings = ['-e', 'MARIADB_ROOT_PASSWORD=s3cret', '-e', 'MARIADB_DATABASE=shop'];

eachCommandLine('a database keeps its tables', ['mariadb'], ({ cli }) => {
  const start = () => cli.ok('run', '-d', '--name', 'mysql', ...settings, '-v', 'mysql_data:/var/lib/mysql', 'mariadb');

  test('over rm -f and a new container', async () => {
    await start();
    await query(cli, 'CREATE TABLE orders (id INT PRIMARY KEY, item TEXT) ENGINE=InnoDB');
    await query(cli, "INSERT INTO orders VALUES (1, 'anchor'), (2, 'chain')");
    await cli.ok('rm', '-f', 'mysql');

    await start();
    expect(await query(cli, 'SELECT id, item FROM orders ORDER BY id')).toBe('1\tanchor\n2\tchain');
    expect(await cli.ok('logs', 'mysql')).not.toContain('Installing MariaDB');

    await query(cli, "INSERT INTO orders VALUES (3, 'rope')");
    await cli.ok('restart', 'mysql');
    expect(await query(cli, 'SELECT COUNT(*) FROM orders')).toBe('3');
    await cli.ok('rm', '-f', '-v', 'mysql');
    expect(await cli.ok('volume', 'ls', '-q')).toBe('mysql_data');
  });
});

/** Runs SQL in the database's container, waiting for the server to accept connections. */
async function query(cli: CommandLine, sql: string): Promise<string> {
  const client = [
    'exec',
    'mysql',
    'mariadb',
    '-uroot',
    '-ps3cret',
    '--skip-column-names',
    '--batch',
    'shop',
    '-e',
    sql,
  ];
  for (let tries = 0; ; tries++) {
    const { exitCode, stdout, stderr } = await cli.run(client);
    if (exitCode === 0) return stdout.trimEnd();
    if (!/Can't connect|Unknown database|Access denied/.test(stderr) || tries === 100) {
      throw new Error(`${stderr}\n${await cli.ok('logs', 'mysql')}`);
    }
    await sleep(100);
  }
}
