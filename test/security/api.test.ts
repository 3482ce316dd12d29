import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, commandLines } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { endCleanly } from '../support/end-cleanly.ts';
import { loadImage } from '../support/engine.ts';
import { makeFolder, removeFolder } from '../support/folder.ts';
import { findExecutable, type Result, runProgram } from '../support/program.ts';
import { freePort } from '../support/registry.ts';
import { Authority, type CertificateFolder } from './certificates.ts';

const folder = makeFolder();
let daemon: TestDaemon;
let port: number;
let client: CertificateFolder;
let stranger: CertificateFolder;

beforeAll(async () => {
  const authority = await Authority.make(join(folder, 'authority'));
  const server = await authority.issue('server', ['IP:127.0.0.1', 'DNS:localhost', 'DNS:engine.test']);
  client = await authority.issue('client');
  stranger = await (await Authority.make(join(folder, 'other'))).issue('client');
  port = await freePort();
  const files = ['ca', 'cert', 'key'].flatMap((name) => [
    `--tls${name === 'ca' ? 'cacert' : name}`,
    join(server, `${name}.pem`),
  ]);
  daemon = new TestDaemon({ flags: ['-H', `tcp://127.0.0.1:${port}`, '--tlsverify', ...files] });
  await daemon.start();
  await loadImage(daemon, 'alpine');
});
afterAll(async () => {
  await endCleanly(daemon);
  removeFolder(folder);
});

const curl = (path: string, ...args: string[]) =>
  runProgram([findExecutable('curl'), '-sS', '-w', '%{http_code}', ...args, `https://127.0.0.1:${port}${path}`]);
const using = (certificates: CertificateFolder) => [
  '--cacert',
  join(client, 'ca.pem'),
  '--cert',
  join(certificates, 'cert.pem'),
  '--key',
  join(certificates, 'key.pem'),
];

describe('a port of the network', () => {
  it('is not served without certificates of clients', async () => {
    for (const flags of [[], ['--tls']]) {
      const open = new TestDaemon({ flags: ['-H', 'tcp://127.0.0.1:0', ...flags] });
      await expect(open.start()).rejects.toThrow(/tcp:\/\/127\.0\.0\.1:0 is not served: .* root on this machine/);
      open.discard();
    }
  });

  it('answers who has a certificate of the authority, and nobody else', async () => {
    expect((await curl('/_ping', ...using(client))).stdout).toBe('OK200');
    for (const args of [using(stranger), ['--cacert', join(client, 'ca.pem')], ['-k']]) {
      const { stdout, exitCode } = await curl('/_ping', ...args);
      expect(stdout).toBe('000');
      expect(exitCode).not.toBe(0);
    }
    const plain = await runProgram([findExecutable('curl'), '-sS', `http://127.0.0.1:${port}/_ping`]);
    expect(plain.stdout).not.toContain('OK');
  });

  it('speaks nothing older than TLS 1.2', async () => {
    const old = await curl('/_ping', ...using(client), '--tls-max', '1.1', '--ciphers', 'DEFAULT@SECLEVEL=0');
    expect(old.stdout).toBe('000');
  });

  it.each([
    ['127.0.0.1', 200],
    ['localhost', 200],
    ['engine.test', 200],
    ['evil.com', 403],
    ['engine.test.evil.com', 403],
  ])('asked for the host %s, answers %d', async (host, status) => {
    const { stdout } = await curl('/info', ...using(client), '-H', `Host: ${host}:${port}`, '-o', '/dev/null');
    expect(stdout).toBe(`${status}`);
  });
});

describe.each(commandLines)('%s over TLS', (name) => {
  const command = (args: readonly string[], env: Record<string, string>, input?: string): Promise<Result> =>
    new CommandLine(name, `tcp://127.0.0.1:${port}`).run(args, { env, ...(input === undefined ? {} : { input }) });

  it('is let in with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, and carries streams both ways', async () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: client };
    expect((await command(['version', '--format', '{{.Server.Os}}'], env)).stdout).toBe('linux\n');
    // The input’s end has to arrive, while the output still goes the other way.
    const script = 'cat; echo done; echo wrong >&2; exit 7';
    const run = ['run', '--rm', '-i', '--network', 'none', 'alpine', 'sh', '-c', script];
    const { stdout, stderr, exitCode } = await command(run, env, 'a\n'.repeat(100_000));
    expect(stdout).toBe(`${'a\n'.repeat(100_000)}done\n`);
    expect({ stderr, exitCode }).toEqual({ stderr: 'wrong\n', exitCode: 7 });
  });

  it('takes flags', async () => {
    const { DOCKER_HOST: _, ...env } = new CommandLine(name, '').environment;
    const files = [
      '--tlscacert',
      join(client, 'ca.pem'),
      '--tlscert',
      join(client, 'cert.pem'),
      '--tlskey',
      join(client, 'key.pem'),
    ];
    for (const how of ['--tlsverify', '--tls']) {
      const { stdout, stderr } = await command(
        ['-H', `tcp://localhost:${port}`, how, ...files, 'volume', 'ls', '-q'],
        env,
      );
      expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
    }
  });

  it('is refused without a certificate or with one of another authority, and trusts no other authority itself', async () => {
    for (const env of [
      { DOCKER_TLS: '1', DOCKER_CERT_PATH: '/nonexistent' },
      { DOCKER_TLS: '1', DOCKER_CERT_PATH: stranger },
      { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: stranger },
    ]) {
      const { exitCode, stderr } = await command(['volume', 'create', 'over-tls'], env);
      expect(exitCode).toBe(1);
      // How a connection that was just ended shows, docker leaves to chance: end of file, broken pipe, reset.
      expect(stderr).toMatch(name === 'docker' ? /./ : /certificate/);
    }
    expect((await daemon.request('/volumes/over-tls')).status).toBe(404);
  });
});

describe('web pages', () => {
  const page = { host: 'localhost', origin: 'http://evil.com' };

  it.each([
    ['a page of another site', page],
    ['a page without a site', { origin: 'null' }],
    ['a page, by a method without Origin', { 'sec-fetch-site': 'cross-site' }],
    ['a name that was made to point here', { host: 'evil.com:2375' }],
  ])('%s can do nothing', async (_what, headers) => {
    const body = { Name: 'from-a-page' };
    const answers = [
      await daemon.request('/volumes/create', { method: 'POST', body, headers }),
      await daemon.request('/_ping', { headers }),
      await daemon.request('/containers/x/attach/ws', {
        headers: { ...headers, connection: 'upgrade', upgrade: 'websocket' },
      }),
      await daemon.request('/exec/x/start', {
        method: 'POST',
        body: {},
        headers: { ...headers, connection: 'upgrade', upgrade: 'tcp' },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await daemon.request('/volumes/from-a-page')).status).toBe(404);
  });
});
