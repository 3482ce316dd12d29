import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { Project } from '../../support/compose.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
withDaemon(daemon, ['alpine', 'nginx', 'mariadb']);

const password = 's3cret';
const ask = (sql: string) => ['mariadb', '-uroot', `-p${password}`, '-N', '-B', 'blog', '-e', sql];

/** A blog as people run them: a web server, a database that has to be healthy first, a worker beside it. */
const blog = {
  services: {
    web: {
      image: 'nginx',
      ports: ['127.0.0.1::80'],
      volumes: ['site:/usr/share/nginx/html'],
      networks: ['front', 'back'],
      configs: [{ source: 'motd', target: '/etc/motd' }],
      depends_on: { db: { condition: 'service_healthy' } },
    },
    db: {
      image: 'mariadb',
      environment: { MARIADB_ROOT_PASSWORD: password, MARIADB_DATABASE: 'blog' },
      volumes: ['db_data:/var/lib/mysql'],
      networks: { back: { aliases: ['database'] } },
      healthcheck: {
        test: ['CMD', 'mariadb', '-uroot', `-p${password}`, 'blog', '-e', 'SELECT 1'],
        interval: '1s',
        retries: 120,
      },
    },
    worker: {
      image: 'alpine',
      command: ['sh', '-c', 'cat /run/secrets/token; trap exit TERM; while :; do sleep 0.2; done'],
      networks: ['back'],
      secrets: ['token'],
      volumes: ['/scratch'],
      labels: { role: 'worker' },
      deploy: { replicas: 2 },
    },
    debug: { image: 'alpine', command: 'sleep 600', profiles: ['debug'] },
  },
  networks: { front: {}, back: { internal: true } },
  volumes: {
    site: { labels: { kind: 'page' } },
    db_data: {},
    memory: { driver_opts: { type: 'tmpfs', device: 'tmpfs' } },
    shared: { external: true, name: 'everyones' },
  },
  secrets: { token: { file: './token' } },
  configs: { motd: { file: './motd' } },
};

describe('a stack of web server, database and workers', () => {
  const project = new Project(daemon, 'blog').write(blog).write('anchor\n', 'token').write('welcome\n', 'motd');
  const containers = (service: string) =>
    docker
      .ok('ps', '-q', '--filter', `label=com.docker.compose.service=${service}`)
      .then((ids) => ids.split('\n').filter(Boolean));
  const volumes = async () =>
    (await docker.ok('volume', 'ls', '-q')).split('\n').filter((name) => !/^[0-9a-f]{64}$/.test(name));
  beforeAll(async () => {
    await docker.ok('volume', 'create', 'everyones');
    await project.ok('up', '-d');
  });
  afterAll(() => project.discard());

  test('is up once the database is healthy, scaled, without what has a profile', async () => {
    const rows = (await project.ok('ps', '--format', '{{.Service}} {{.State}} {{.Health}}'))
      .split('\n')
      .map((row) => row.trim());
    expect(rows.sort()).toEqual(['db running healthy', 'web running', 'worker running', 'worker running']);
    expect(await containers('debug')).toEqual([]);
    expect(await project.ok('exec', '-T', 'web', 'cat', '/etc/motd')).toBe('welcome');
    await expect.poll(() => project.ok('logs', 'worker')).toMatch(/worker-[12].*anchor.*worker-[12].*anchor/s);
    const address = await project.ok('port', 'web', '80');
    expect(await (await fetch(`http://${address}/`)).text()).toContain('It works');
  });

  test('its services find each other on their networks alone', async () => {
    for (const name of ['db', 'database', 'blog-db-1'])
      await project.ok('exec', '-T', 'worker', 'ping', '-c', '1', name);
    expect((await project.run('exec', '-T', 'worker', 'nslookup', 'nobody')).exitCode).not.toBe(0);
    await project.ok(
      'exec',
      '-T',
      'db',
      ...ask('CREATE TABLE posts (id INT PRIMARY KEY) ENGINE=InnoDB; INSERT INTO posts VALUES (7)'),
    );
  });

  test('stops, starts and restarts with its data', async () => {
    await project.ok('restart', '-t', '20', 'db');
    await project.ok('stop', '-t', '0', 'worker');
    expect(await containers('worker')).toEqual([]);
    await project.ok('up', '-d', '--wait', 'worker', 'db');
    expect(await project.ok('exec', '-T', 'db', ...ask('SELECT id FROM posts'))).toBe('7');
  });

  test('a changed service is made anew, with the data of its anonymous volumes', async () => {
    for (const index of ['1', '2']) {
      await project.ok('exec', '-T', '--index', index, 'worker', 'sh', '-c', `echo of ${index} > /scratch/file`);
    }
    const [before = ''] = await containers('worker');
    const { worker } = blog.services;
    project.write({ ...blog, services: { ...blog.services, worker: { ...worker, labels: { role: 'changed' } } } });
    await project.ok('up', '-d', '-t', '0');
    expect(await containers('worker')).not.toContain(before);
    for (const index of ['1', '2']) {
      expect(await project.ok('exec', '-T', '--index', index, 'worker', 'cat', '/scratch/file')).toBe(`of ${index}`);
    }
    expect(await project.ok('run', '--rm', '-T', 'worker', 'echo', 'once')).toBe('once');
  });

  test('down keeps the data; down -v removes the project’s volumes and no others', async () => {
    await docker.ok('volume', 'create', 'blog_unrelated');
    await project.ok('down', '-t', '5');
    expect(await volumes()).toEqual(['blog_db_data', 'blog_site', 'blog_unrelated', 'everyones']);
    await project.ok('up', '-d', '--wait', 'db');
    expect(await project.ok('exec', '-T', 'db', ...ask('SELECT id FROM posts'))).toBe('7');
    await project.ok('down', '-v', '-t', '0');
    expect(await volumes()).toEqual(['blog_unrelated', 'everyones']);
    expect(await docker.ok('network', 'ls', '-q', '--filter', 'label=com.docker.compose.project=blog')).toBe('');
  });
});

test('what a client has committed through a published port outlives a kill -9 of the database', async () => {
  const settings = [
    '-e',
    `MARIADB_ROOT_PASSWORD=${password}`,
    '-e',
    'MARIADB_DATABASE=shop',
    '-v',
    'mysql_data:/var/lib/mysql',
  ];
  const start = () => docker.ok('run', '-d', '--name', 'mysql', '-p', '127.0.0.1::3306', ...settings, 'mariadb');
  const client = async (sql: string) => {
    const port = (await docker.ok('port', 'mysql', '3306')).split(':').at(-1) ?? '';
    const words = ['mariadb', '-h127.0.0.1', `-P${port}`, '-uroot', `-p${password}`, '-N', '-B', 'shop'];
    return docker.run(
      ['run', '--rm', '-i', '--network', 'host', '--entrypoint', words[0] ?? '', 'mariadb', ...words.slice(1)],
      {
        input: sql,
      },
    );
  };
  const answers = () => expect.poll(async () => (await client('SELECT 1')).stdout, { timeout: 50_000 }).toBe('1\n');
  const rows = Array.from({ length: 10_000 }, (_, id) => `(${id}, 'row ${id}')`);
  await start();
  await answers();
  const inserts = Array.from(
    { length: 10 },
    (_, at) => `INSERT INTO orders VALUES ${rows.slice(at * 1000, at * 1000 + 1000).join()};`,
  );
  const written = await client(
    `CREATE TABLE orders (id INT PRIMARY KEY, item TEXT) ENGINE=InnoDB; ${inserts.join('\n')}`,
  );
  expect(written.exitCode).toBe(0);
  process.kill(Number(await docker.ok('inspect', '-f', '{{.State.Pid}}', 'mysql')), 'SIGKILL');
  await expect.poll(() => docker.ok('inspect', '-f', '{{.State.Status}}', 'mysql')).toBe('exited');
  await docker.ok('rm', 'mysql');
  await start();
  await answers();
  expect((await client('SELECT COUNT(*), SUM(id), COUNT(DISTINCT item) FROM orders')).stdout).toBe(
    '10000\t49995000\t10000\n',
  );
});
