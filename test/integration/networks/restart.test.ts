import { expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
withDaemon(daemon, ['alpine', 'nginx']);

const addressOf = (name: string) =>
  docker.ok('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name);

test('ports and names go on without the daemon, and no address is given twice after it', async () => {
  await docker.ok('network', 'create', 'shared');
  await docker.ok('run', '-d', '--name', 'web', '--network', 'shared', '-p', '127.0.0.1::80', 'nginx');
  await docker.ok('run', '-d', '--name', 'asker', '--network', 'shared', 'alpine', 'sh', '-c', asking);
  const published = await docker.ok('port', 'web', '80');
  const before = await docker.ok('inspect', '-f', '{{json .NetworkSettings}}', 'web');
  const page = async () => (await fetch(`http://${published}/`)).text();
  const answers = async () => (await docker.ok('logs', 'asker')).split('\n').length;
  await expect.poll(answers).toBeGreaterThan(2);

  await daemon.kill();
  expect(await page()).toContain('It works');
  await daemon.start();
  const count = await answers();
  await expect.poll(answers).toBeGreaterThan(count);
  expect(await docker.ok('logs', 'asker')).not.toContain('lost');
  expect(await page()).toContain('It works');
  expect(await docker.ok('inspect', '-f', '{{json .NetworkSettings}}', 'web')).toBe(before);

  await docker.ok('run', '-d', '--name', 'fresh', '--network', 'shared', 'alpine', 'sleep', '600');
  const addresses = await Promise.all(['web', 'asker', 'fresh'].map(addressOf));
  expect(new Set(addresses).size).toBe(3);
  const taken = await docker.run(['run', '--rm', '-p', `${published}:80`, 'alpine', 'true']);
  expect(taken.stderr).toContain('port is already allocated');

  await docker.ok('stop', '-t', '0', 'fresh');
  await daemon.kill();
  await daemon.start();
  const id = await docker.ok('network', 'inspect', '-f', '{{.Id}}', 'shared');
  // A container that has stopped still belongs to its network.
  expect(await docker.ok('inspect', '-f', '{{.NetworkSettings.Networks.shared.NetworkID}}', 'fresh')).toBe(id);
  expect(await docker.ok('ps', '-a', '--filter', `network=${id}`, '--format', '{{.Names}}')).toContain('fresh');
  await docker.ok('rm', '-f', 'web', 'asker', 'fresh');
  await docker.ok('network', 'rm', 'shared');
});

/** Looks the other up by name, again and again. */
const asking = 'while :; do wget -q -O /dev/null http://web/ && echo found || echo lost; sleep 0.1; done';
