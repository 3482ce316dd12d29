import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { composeProgram, composes, Project } from '../../support/compose.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import { type Result, runProgram } from '../../support/program.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
withDaemon(daemon, ['alpine', 'nginx']);

const holdfast = fileURLToPath(new URL('../../../bin/holdfast', import.meta.url));
const site = `
version: "3.8"
services:
  app:
    image: nginx
    volumes:
      - web_data:/usr/share/nginx/html
    ports:
      - "127.0.0.1::80"
volumes:
  web_data:
`;

const ways = [
  ...composes.map((name) => ({ way: name, argv: [composeProgram(name)] })),
  { way: 'holdfast compose', argv: [holdfast, 'compose'] },
];

describe.each(ways)('a site by $way', ({ way, argv }) => {
  const project = new Project(daemon, way.replace(/\W/g, '').toLowerCase(), argv).write(site);
  afterAll(() => project.discard());
  const volumes = () => docker.ok('volume', 'ls', '-q', '--filter', `name=${project.name}_`);
  const page = async () => {
    const address = await project.ok('port', 'app', '80');
    const ask = () => fetch(`http://${address}/`).then((answer) => answer.text());
    await expect.poll(ask).toBeDefined();
    return ask();
  };

  test('is served, and what is in its volume outlives down and up', async () => {
    await project.ok('up', '-d');
    expect(await page()).toBe('<h1>It works</h1>\n');
    await project.ok('exec', '-T', 'app', 'sh', '-c', 'echo changed > /usr/share/nginx/html/index.html');
    await project.ok('down');
    expect(await volumes()).toBe(`${project.name}_web_data`);
    await project.ok('up', '-d');
    expect(await page()).toBe('changed\n');
    expect(await project.ok('ps')).toMatch(/127\.0\.0\.1:\d+->80\/tcp/);
    await project.ok('down', '-v');
    expect(await volumes()).toBe('');
  });
});

test('two projects with the same keys have each its own data', async () => {
  const projects = ['one', 'other'].map((name) => new Project(daemon, name).write(site));
  for (const project of projects) {
    await project.ok('run', '--rm', 'app', 'sh', '-c', `echo ${project.name} > /usr/share/nginx/html/index.html`);
  }
  for (const project of projects) {
    expect(await project.ok('run', '--rm', 'app', 'cat', '/usr/share/nginx/html/index.html')).toBe(project.name);
  }
  const [one, other] = projects;
  await one?.ok('down', '-v');
  expect(await other?.ok('run', '--rm', 'app', 'cat', '/usr/share/nginx/html/index.html')).toBe('other');
  await other?.discard();
});

test('holdfast compose hands on the exit code, and says what to install where there is no Compose', async () => {
  const project = new Project(daemon, 'codes', [holdfast, 'compose']).write({
    services: { app: { image: 'alpine', command: 'true' } },
  });
  expect((await project.run('run', '--rm', 'app', 'sh', '-c', 'exit 7')).exitCode).toBe(7);
  await project.discard();
  expect(await withoutCompose()).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('apt-get install docker-compose'),
  });
});

/** In a mount namespace where the folders of plugins are empty. */
function withoutCompose(): Promise<Result> {
  const folders = ['local/lib', 'local/libexec', 'lib', 'libexec'].map((folder) => `/usr/${folder}/docker/cli-plugins`);
  const hide = folders.map((folder) => `[ ! -d ${folder} ] || mount -t tmpfs none ${folder};`).join(' ');
  const env = ['env', '-i', 'PATH=/nonexistent', `DOCKER_HOST=${daemon.host}`, 'DOCKER_CONFIG=/nonexistent'];
  const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
  const script = `${hide} exec "$@"`;
  return runProgram([
    'unshare',
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    '/usr/bin/env',
    ...env.slice(1),
    process.execPath,
    cli,
    'compose',
    'up',
  ]);
}
