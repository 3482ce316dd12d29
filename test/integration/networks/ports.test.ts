import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('published ports', ['alpine', 'nginx'], ({ cli }) => {
  /** The ports of the host that a container's port is at. */
  const portOf = async (name: string, port: string, at = 0) =>
    Number((await cli.ok('port', name, port)).split('\n')[at]?.split(':').at(-1));
  /** Asked again until the server in a container that has just been started answers. */
  const page = async (host: string, port: number) => {
    const ask = () => fetch(`http://${host}:${port}/`).then((answer) => answer.text());
    await expect.poll(ask).toBeDefined();
    return ask();
  };

  test('in all of docker’s forms', async () => {
    const ranges = [
      '-p',
      '80',
      '-p',
      '127.0.0.1::80/tcp',
      '-p',
      '24100-24199:81',
      '-p',
      '127.0.0.1:24200-24201:82-83/tcp',
    ];
    await cli.ok('run', '-d', '--name', 'forms', ...ranges, '--expose', '7000', '--expose', '7001/udp', '-P', 'nginx');
    const lines = (await cli.ok('port', 'forms')).split('\n');
    expect(lines.filter((line) => line.startsWith('80/tcp'))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('81/tcp -> 0.0.0.0:241'))).toHaveLength(1);
    expect(lines.filter((line) => /^8[23]\/tcp -> 127\.0\.0\.1:242/.test(line))).toHaveLength(2);
    for (const port of ['7000/tcp', '7001/udp']) expect(lines.some((line) => line.startsWith(port))).toBe(true);
    expect(await page('127.0.0.1', await portOf('forms', '80'))).toContain('It works');
    expect(await page('[::1]', await portOf('forms', '80'))).toContain('It works');
    expect(await cli.ok('ps', '--format', '{{.Ports}}', '--filter', 'name=forms')).toMatch(/127\.0\.0\.1:\d+->80\/tcp/);
    expect(await cli.ok('ps', '-q', '--filter', 'publish=24100-24199')).toHaveLength(12);
  });

  test('lead to it from another container too', async () => {
    const url = `http://$(ip route | awk '/default/ {print $3}'):${await portOf('forms', '80')}/`;
    expect(await cli.ok('run', '--rm', 'alpine', 'sh', '-c', `wget -q -O - ${url}`)).toContain('It works');
  });

  test('carry UDP', async () => {
    await cli.ok('run', '-d', '--name', 'echo', '-p', '127.0.0.1::53/udp', 'alpine', 'sleep', '600');
    const namespace = await cli.ok('inspect', '-f', '{{.NetworkSettings.SandboxKey}}', 'echo');
    const server = spawn('nsenter', [`--net=${namespace}`, process.execPath, '-e', echo]);
    await new Promise((resolve) => server.stdout.once('data', resolve));
    const client = createSocket('udp4').unref();
    const heard = new Promise((resolve) => client.once('message', (message) => resolve(message.toString())));
    client.send('anchor', await portOf('echo', '53/udp'), '127.0.0.1');
    expect(await heard).toBe('anchor');
    client.close();
    server.kill();
    await cli.ok('rm', '-f', 'echo');
  });

  test('a port that is taken is a clear error, and nothing is left', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    for (const taken of [port, await portOf('forms', '80')]) {
      const { exitCode, stderr } = await cli.run([
        'run',
        '--rm',
        '--name',
        'late',
        '-p',
        `${taken}:80`,
        'alpine',
        'true',
      ]);
      expect(exitCode).toBe(125);
      expect(stderr).toContain(`Bind for 0.0.0.0:${taken} failed: port is already allocated`);
    }
    expect(await cli.ok('ps', '-aq', '--filter', 'name=late')).toBe('');
    server.close();
    const elsewhere = await cli.run(['run', '--rm', '-p', '192.0.2.1:24300:80', 'alpine', 'true']);
    expect(elsewhere.stderr).toContain('cannot assign requested address');
  });

  test('are free again once the container has ended', async () => {
    const port = await portOf('forms', '80');
    await cli.ok('rm', '-f', 'forms');
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    await cli.ok('run', '-d', '--name', 'next', '-p', `127.0.0.1:${port}:80`, 'nginx');
    expect(await page('127.0.0.1', port)).toContain('It works');
    await cli.ok('rm', '-f', 'next');
  });
});

/** Answers each datagram with itself. */
const echo = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (message, { port, address }) => socket.send(message, port, address));
  socket.bind(53, () => process.stdout.write('ready'));`;
