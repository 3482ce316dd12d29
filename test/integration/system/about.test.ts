import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { endCleanly } from '../../support/end-cleanly.ts';
import { eachCommandLine } from '../../support/engine.ts';
import { makeFolder, removeFolder } from '../../support/folder.ts';

eachCommandLine('about the engine', [], ({ cli, daemon }) => {
  test('info', async () => {
    const info = JSON.parse(await cli.ok('info', '--format', '{{json .}}'));
    expect(info).toMatchObject({
      DockerRootDir: daemon.dataRoot,
      OSType: 'linux',
      Containers: 0,
      Driver: expect.any(String),
    });
    expect(info.NCPU).toBeGreaterThan(0);
    expect(info.MemTotal).toBeGreaterThan(0);
    const stdout = await cli.ok('info');
    expect(stdout).toContain(`Docker Root Dir: ${daemon.dataRoot}`);
  });

  test('version', async () => {
    const version = JSON.parse(await cli.ok('version', '--format', '{{json .}}'));
    expect(version.Server).toMatchObject({ ApiVersion: '1.50', MinAPIVersion: '1.24', Os: 'linux' });
    expect(await cli.ok('version')).toMatch(/Client:[\s\S]*Server:/);
  });

  test('the socket is for root and its group', () => {
    expect(statSync(daemon.socket).mode & 0o777).toBe(0o660);
  });
});

test('several daemons side by side know nothing of each other', async () => {
  const daemons = [new TestDaemon(), new TestDaemon()];
  for (const daemon of daemons) {
    onTestFinished(() => endCleanly(daemon));
    await daemon.start();
  }
  const [first, second] = daemons.map((daemon) => new CommandLine('holdfast', daemon.host));
  await first?.ok('volume', 'create', 'only_here');
  expect(await second?.ok('volume', 'ls', '-q')).toBe('');
  expect(await first?.ok('volume', 'ls', '-q')).toBe('only_here');
});

test('a second daemon on the same folders refuses to start', async () => {
  const daemon = new TestDaemon();
  onTestFinished(() => endCleanly(daemon));
  await daemon.start();
  const second = new TestDaemon({ folder: daemon.folder, socket: 'second.sock' });
  await expect(second.start()).rejects.toThrow(/used by another|already/);
  expect((await daemon.request('/_ping')).status).toBe(200);
});

test.each(['data', 'exec'])(
  'a daemon whose %s root lies where no folder can be made ends with a reason',
  async (root) => {
    const folder = makeFolder();
    onTestFinished(() => removeFolder(folder));
    const roots = { data: join(folder, 'data'), exec: join(folder, 'run'), [root]: '/proc/holdfast/here' };
    const host = `unix://${folder}/holdfast.sock`;
    const words = ['--data-root', roots.data, '--exec-root', roots.exec, '-H', host];
    const { exitCode, stderr } = await new CommandLine('holdfast', host).run(['daemon', ...words]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: `holdfast daemon: ${root}-root cannot be /proc/holdfast/here: it lies on a file system of type proc, which keeps no files\n`,
    });
  },
);
