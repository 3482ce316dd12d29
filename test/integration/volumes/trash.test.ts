import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Project } from '../../support/compose.ts';
import { semantics } from '../../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics(['alpine', 'mariadb']);

const shop = {
  services: {
    db: {
      image: 'mariadb',
      environment: { MARIADB_ROOT_PASSWORD: 's3cret', MARIADB_DATABASE: 'shop' },
      volumes: ['tables:/var/lib/mysql'],
    },
  },
  volumes: { tables: {} },
};

/** Runs SQL in the project's database, waiting for the server to accept connections. */
async function query(project: Project, sql: string): Promise<string> {
  const client = ['exec', '-T', 'db', 'mariadb', '-uroot', '-ps3cret', '-N', '-B', 'shop', '-e', sql];
  for (let tries = 0; ; tries++) {
    const { exitCode, stdout, stderr } = await project.run(...client);
    if (exitCode === 0) return stdout.trimEnd();
    if (!/Can't connect|Unknown database|Access denied/.test(stderr) || tries === 300) throw new Error(stderr);
    await sleep(100);
  }
}

describe('a removed volume', () => {
  it('of a database comes back with its rows after compose down -v', async () => {
    const project = new Project(daemon, 'shop').write(shop);
    await project.ok('up', '-d');
    await query(
      project,
      "CREATE TABLE orders (id INT PRIMARY KEY, item TEXT); INSERT INTO orders VALUES (1, 'anchor')",
    );
    await project.ok('down', '-v');
    expect(await docker.ok('volume', 'ls', '-q')).toBe('');
    expect(await holdfast.ok('volume', 'trash', 'ls', '--format', '{{.Name}}')).toBe('shop_tables');
    expect(await holdfast.ok('volume', 'trash', 'restore')).toBe('shop_tables');
    await project.ok('up', '-d');
    expect(await query(project, 'SELECT id, item FROM orders')).toBe('1\tanchor');
    await project.discard();
    await holdfast.ok('volume', 'trash', 'empty', '--force');
  });

  it('is in the trash by whatever way it went, and its room counts only there', async () => {
    await docker.ok('run', '--name', 'user', '-v', '/data', 'alpine', 'sh', '-c', 'echo 12345 > /data/file');
    await docker.ok('rm', '-v', 'user');
    await docker.ok('run', '--rm', '-v', '/data', 'alpine', 'true');
    for (const name of ['by_rm', 'by_prune', 'by_holdfast', 'for_good']) await docker.ok('volume', 'create', name);
    await docker.ok('volume', 'rm', 'by_rm');
    await holdfast.ok('volume', 'rm', 'by_holdfast');
    await holdfast.ok('volume', 'rm', '--now', 'for_good');
    await docker.ok('volume', 'prune', '--all', '--force');
    expect(await docker.ok('system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Size}}')).toContain(
      'Local Volumes 0 0B',
    );
    const listed = await holdfast.ok('volume', 'trash', 'ls', '--format', '{{.Name}}');
    expect(listed.split('\n').slice(1)).toEqual(['by_rm', 'by_holdfast', 'by_prune']);
    const [anonymous = ''] = listed.split('\n');
    await expect
      .poll(() => holdfast.ok('volume', 'trash', 'ls', '--format', '{{.Name}} {{.Size}} {{.Goes}}'))
      .toMatch(new RegExp(`^${anonymous} 6B in [67] days$`, 'm'));
    expect(await holdfast.ok('volume', 'trash', 'restore', anonymous)).toBe(anonymous);
    expect(await docker.ok('run', '--rm', '-v', `${anonymous}:/data`, 'alpine', 'cat', '/data/file')).toBe('12345');
    await docker.ok('volume', 'rm', anonymous);
  });

  it('does not take the place of a new one of its name', async () => {
    await docker.ok('volume', 'create', 'by_rm');
    const { exitCode, stderr } = await holdfast.run(['volume', 'trash', 'restore', 'by_rm']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('restore by_rm: a volume of that name exists: give another one with --as NEW');
    expect(await holdfast.ok('volume', 'trash', 'restore', '--as', 'another', 'by_rm')).toBe('another');
    await docker.ok('volume', 'rm', 'by_rm', 'another');
  });

  it('outlives the daemon, and is deleted for good when asked for', async () => {
    await daemon.kill();
    await daemon.start();
    const { body } = await call('GET /holdfast/v1/trash');
    const { items } = body as { items: Array<{ name: string; id: string }> };
    expect(items.map(({ name }) => name)).toContain('by_prune');
    const { id = '' } = items.find(({ name }) => name === 'by_prune') ?? {};
    expect((await call(`DELETE /holdfast/v1/trash/${id}`)).status).toBe(204);
    expect((await call(`DELETE /holdfast/v1/trash/${id}`)).status).toBe(404);
    expect(await holdfast.ok('volume', 'trash', 'empty', '--force', '--older-than', '1d')).toBe(
      'Total reclaimed space: 0B',
    );
    await holdfast.ok('volume', 'trash', 'empty', '--force');
    expect(await holdfast.ok('volume', 'trash', 'ls', '-q')).toBe('');
  });

  it('raises Docker’s event, and one that tells where it is', async () => {
    const since = Math.floor(Date.now() / 1000);
    await docker.ok('volume', 'create', 'told');
    await docker.ok('volume', 'rm', 'told');
    await holdfast.ok('volume', 'trash', 'restore', 'told');
    await docker.ok('volume', 'rm', 'told');
    const format = ['--format', '{{.Action}} {{json .Actor.Attributes}}'];
    const words = [
      '--since',
      String(since),
      '--until',
      String(Math.ceil(Date.now() / 1000) + 1),
      '--filter',
      'volume=told',
    ];
    const said = (await docker.ok('events', ...words, ...format)).split('\n').map((line) => line.split(' ')[0]);
    expect(said).toEqual(['create', 'destroy', 'trash', 'restore', 'destroy', 'trash']);
  });
});
