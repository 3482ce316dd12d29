import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endMachine } from '../../support/boot.ts';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('a boot of the machine', ['alpine'], ({ cli, daemon }) => {
  const show = (name: string, what: string) => cli.ok('inspect', '--format', `{{${what}}}`, name);
  const running = (name: string) => expect.poll(() => show(name, '.State.Status'), { timeout: 30_000 }).toBe('running');
  const fetched = (port: string) =>
    new Promise<string>((resolve) => {
      get(`http://127.0.0.1:${port}/page`, { agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve(text.trim()));
      }).on('error', (error) => resolve(error.message));
    });

  test('what has a policy is there again: names, volumes, ports and networks; the rest stays down', async () => {
    await cli.ok('network', 'create', 'shop');
    await cli.ok('volume', 'create', 'pages');
    await cli.ok('run', '--rm', '-v', 'pages:/www', 'alpine', 'sh', '-c', 'echo kept > /www/page');
    const onShop = ['--network', 'shop', '--restart'];
    const serve = ['-v', 'pages:/www', 'alpine', 'sh', '-c', 'echo x >> /www/starts; exec httpd -f -h /www'];
    await cli.ok('run', '-d', '--name', 'web', ...onShop, 'unless-stopped', '-p', '127.0.0.1::80', ...serve);
    const port = async () => (await cli.ok('port', 'web', '80/tcp')).split(':').at(-1) ?? '';
    await cli.ok('run', '-d', '--name', 'client', ...onShop, 'on-failure', 'alpine', 'sleep', '600');
    await cli.ok('run', '-d', '--name', 'stopped', '--restart', 'unless-stopped', 'alpine', 'sleep', '600');
    await cli.ok('stop', '-t', '0', 'stopped');
    await cli.ok('run', '-d', '--name', 'plain', 'alpine', 'sleep', '600');
    const names = ['web', 'client', 'plain'];
    const ids = await Promise.all(names.map((name) => show(name, '.Id')));
    const pids = await Promise.all(names.map(async (name) => Number(await show(name, '.State.Pid'))));
    await expect.poll(async () => fetched(await port()), { timeout: 30_000 }).toBe('kept');

    await daemon.kill();
    await endMachine(daemon, { ids, pids });
    // The id of its process is another's now: ours.
    const file = join(daemon.dataRoot, 'containers', ids[2] ?? '', 'state.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), pid: process.pid }));
    await daemon.start();

    await running('web');
    await running('client');
    await expect.poll(async () => fetched(await port()), { timeout: 30_000 }).toBe('kept');
    expect(await cli.ok('exec', 'client', 'wget', '-q', '-O', '-', 'http://web/page')).toBe('kept');
    expect(await cli.ok('exec', 'web', 'cat', '/www/starts')).toBe('x\nx');
    expect([await show('stopped', '.State.Status'), await show('plain', '.State.Status')]).toEqual([
      'exited',
      'exited',
    ]);
    expect(await show('plain', '.State.Pid')).toBe('0');
    expect(await show('plain', '.State.ExitCode')).toBe('255');
    await cli.ok('start', 'plain');
    await cli.ok('rm', '-f', 'web', 'client', 'stopped', 'plain');
    await cli.ok('network', 'rm', 'shop');
  });
});
