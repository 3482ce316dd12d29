import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPlugin } from '../../src/volumes/testsuite/test-plugin.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { mountPoints } from '../support/traces.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
const plugin = new TestPlugin(daemon.folder);
withDaemon(daemon, ['alpine']);
beforeAll(async () => void (await plugin.start()));
afterAll(() => plugin.kill());

const inspect = (name: string) => daemon.request(`/volumes/${name}`);
const remove = (name: string) => daemon.request(`/volumes/${name}?force=1`, { method: 'DELETE' });
const mounted = () => mountPoints().filter((path) => path.startsWith(`${daemon.dataRoot}/volumes/`));
const sleeper = (name: string, volume: string) =>
  docker.ok('run', '-d', '--name', name, '-v', `${volume}:/data`, 'alpine', 'sleep', '600');

describe('27 restart and live restore', () => {
  it('27.1 name, driver, labels and options survive, of local volumes and of plugins’', async () => {
    const before = [];
    for (const Driver of ['local', 'testplugin']) {
      const DriverOpts = Driver === 'local' ? { type: 'tmpfs', device: 'tmpfs' } : { told: 'yes' };
      const body = { Name: `kept_${Driver}`, Driver, DriverOpts, Labels: { a: '1' } };
      await daemon.request('/volumes/create', { method: 'POST', body });
      before.push((await inspect(body.Name)).body);
    }
    await daemon.kill();
    await daemon.start();
    expect([(await inspect('kept_local')).body, (await inspect('kept_testplugin')).body]).toEqual(before);
    await remove('kept_local');
    await remove('kept_testplugin');
  });

  it.each(['kill', 'stop'] as const)(
    '27.2 running containers keep their mounts over a %s, and the last of them unmounts',
    async (end) => {
      const before = mounted();
      await docker.ok('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'memory');
      await sleeper('first', 'memory');
      await sleeper('second', 'memory');
      await docker.ok('exec', 'first', 'touch', '/data/kept');
      expect(mounted()).toHaveLength(before.length + 1);
      await daemon[end]();
      await daemon.start();
      expect(mounted()).toHaveLength(before.length + 1);
      expect((await remove('memory')).status).toBe(409);
      await docker.ok('rm', '-f', 'first');
      expect(await docker.ok('run', '--rm', '-v', 'memory:/data', 'alpine', 'ls', '/data')).toBe('kept');
      expect(mounted()).toHaveLength(before.length + 1);
      await docker.ok('stop', '-t', '0', 'second');
      expect(mounted()).toEqual(before);
      expect((await remove('memory')).status).toBe(409);
      await docker.ok('rm', 'second');
      expect((await remove('memory')).status).toBe(204);
    },
  );

  it('27.2 a plugin’s volume is unmounted by the daemon that sees its container end', async () => {
    await docker.ok('volume', 'create', '-d', 'testplugin', 'remote');
    await sleeper('user', 'remote');
    const ids = plugin.volume('remote')?.mounts;
    expect(ids).toHaveLength(1);
    await daemon.kill();
    await daemon.start();
    expect(plugin.volume('remote')?.mounts).toEqual(ids);
    expect((await remove('remote')).status).toBe(409);
    await docker.ok('rm', '-f', 'user');
    expect(plugin.volume('remote')?.mounts).toEqual([]);
    expect((await remove('remote')).status).toBe(204);
  });
});
