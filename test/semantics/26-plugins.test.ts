import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { TestPlugin } from '../../src/volumes/testsuite/test-plugin.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
const plugin = new TestPlugin(daemon.folder);
withDaemon(daemon, ['alpine']);
beforeAll(async () => void (await plugin.start()));
afterAll(() => plugin.kill());
beforeEach(() => plugin.reset());

/** A plugin that this test alone uses, at a place of its own. */
async function another(name: string): Promise<TestPlugin> {
  const other = new TestPlugin(daemon.folder, name);
  onTestFinished(() => other.kill());
  return other;
}

function specFile(path: string, content: string): void {
  mkdirSync(join(plugin.plugins, path, '..'), { recursive: true });
  writeFileSync(join(plugin.plugins, path), content);
}

const create = (name: string, ...options: string[]) =>
  docker.ok('volume', 'create', '-d', 'testplugin', ...options, name);
const inspect = (name: string, format: string) => docker.ok('volume', 'inspect', '--format', format, name);
const methods = () => plugin.calls().map(({ method }) => method.replace('VolumeDriver.', ''));

describe('26 volume plugins, protocol v1', () => {
  it('26.1 a plugin is found by its socket, lazily, and activated once', async () => {
    const lazy = await another('lazy');
    await lazy.start();
    await docker.ok('volume', 'create', '-d', 'local', 'elsewhere');
    expect(lazy.calls()).toEqual([]);
    await docker.ok('volume', 'create', '-d', 'lazy', 'first');
    await docker.ok('volume', 'create', '-d', 'lazy', 'second');
    expect(lazy.calls().filter(({ method }) => method === 'Plugin.Activate')).toHaveLength(1);
    expect(await docker.ok('info', '--format', '{{json .Plugins.Volume}}')).toContain('"lazy"');
    await docker.ok('volume', 'rm', 'first', 'second', 'elsewhere');
  });

  it.each(['over_tcp.spec', 'nested_spec/nested_spec.spec', 'by_json.json', 'nested_json/nested_json.json'])(
    '26.1 a plugin is found by %s',
    async (file) => {
      const name = file.replace(/^.*\//, '').replace(/\.\w+$/, '');
      const other = await another(name);
      const url = `tcp://127.0.0.1:${await other.start('0')}`;
      specFile(file, file.endsWith('json') ? JSON.stringify({ Name: name, Addr: url }) : `${url}\n`);
      await docker.ok('volume', 'create', '-d', name, `on_${name}`);
      expect(other.volume(`on_${name}`)).toBeDefined();
      await docker.ok('volume', 'rm', `on_${name}`);
    },
  );

  it('26.1 a nested socket is found', async () => {
    const other = await another('deep');
    mkdirSync(join(plugin.plugins, 'deep'));
    await other.start(join(plugin.plugins, 'deep', 'deep.sock'));
    await docker.ok('volume', 'create', '-d', 'deep', 'on_deep');
    await docker.ok('volume', 'rm', 'on_deep');
  });

  it('26.2 requests are POSTs with the version of the protocol', async () => {
    await create('data');
    for (const call of plugin.calls().filter(({ method }) => method !== 'Test.Reset')) {
      expect(call).toMatchObject({
        verb: 'POST',
        accept: 'application/vnd.docker.plugins.v1.2+json',
        host: 'plugin.moby.localhost',
      });
    }
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.3 26.6 a volume’s whole life, with one id for a mount and its unmount', async () => {
    await create('data', '-o', 'size=1', '-o', 'told=yes');
    expect(plugin.argumentsOf('Create')).toEqual([{ Name: 'data', Opts: { size: '1', told: 'yes' } }]);
    const run = (command: string) =>
      docker.ok('run', '--rm', '-v', 'data:/one:nocopy', '-v', 'data:/two:nocopy', 'alpine', 'sh', '-c', command);
    expect(await run('echo kept > /one/file; cat /two/file')).toBe('kept');
    const mounts = plugin.argumentsOf('Mount');
    expect(mounts.map(({ Name }) => Name)).toEqual(['data', 'data']);
    for (const { ID } of mounts) expect(ID).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(mounts.map(({ ID }) => ID)).size).toBe(2);
    expect(
      plugin
        .argumentsOf('Unmount')
        .map(({ ID }) => ID)
        .sort(),
    ).toEqual(mounts.map(({ ID }) => ID).sort());
    expect(await run('cat /one/file')).toBe('kept');
    await docker.ok('volume', 'rm', 'data');
    expect(plugin.argumentsOf('Remove')).toEqual([{ Name: 'data' }]);
    expect(plugin.volume('data')).toBeUndefined();
  });

  it('26.4 the Err of an answer is the message', async () => {
    plugin.behave({ Create: { fail: 'the array is full' } });
    const { exitCode, stderr } = await docker.run(['volume', 'create', '-d', 'testplugin', 'data']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('create data: VolumeDriver.Create: the array is full');
    plugin.behave({ Create: { text: '{"Err": "still full"}' } });
    expect((await docker.run(['volume', 'create', '-d', 'testplugin', 'data'])).stderr).toContain('still full');
    plugin.behave({});
    expect((await docker.run(['volume', 'inspect', 'data'])).stderr).toContain('no such volume');
  });

  it('26.4 a plugin that is away is tried again', async () => {
    await plugin.kill();
    const creating = create('data');
    await plugin.start();
    expect(await creating).toBe('data');
    await docker.ok('volume', 'rm', 'data');
  });

  it.each([
    ['shouting', { answer: { Capabilities: { Scope: 'GLOBAL' } } }, 'global'],
    ['silent', { answer: {} }, 'local'],
    ['older', { text: 'page not found', status: 404 }, 'local'],
    ['odd', { answer: { Capabilities: { Scope: 'galactic' } } }, 'local'],
  ])('26.5 a plugin with %s capabilities', async (name, behaviour, scope) => {
    const other = await another(name);
    other.behave({ Capabilities: behaviour });
    await other.start();
    await docker.ok('volume', 'create', '-d', name, `on_${name}`);
    expect(await inspect(`on_${name}`, '{{.Scope}}')).toBe(scope);
    await docker.ok('volume', 'rm', `on_${name}`);
  });

  it('26.6 a start that fails gives back its mount', async () => {
    await create('data');
    const { exitCode } = await docker.run(['run', '--rm', '-v', 'data:/data', 'alpine', '/no/such/program']);
    expect(exitCode).toBe(127);
    expect(plugin.argumentsOf('Mount').length).toBeGreaterThan(0);
    expect(plugin.volume('data')?.mounts).toEqual([]);
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.6 a mount that fails leaves nothing to give back', async () => {
    await create('data');
    plugin.behave({ Mount: { fail: 'no path to the array' } });
    const { exitCode, stderr } = await docker.run(['run', '--rm', '-v', 'data:/data:nocopy', 'alpine', 'true']);
    expect(exitCode).toBe(125);
    expect(stderr).toContain("error while mounting volume 'data': VolumeDriver.Mount: no path to the array");
    expect(plugin.argumentsOf('Unmount')).toEqual([]);
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.7 a list asks for no paths', async () => {
    await create('data');
    expect(await docker.ok('volume', 'ls', '-q')).toBe('data');
    expect(methods()).not.toContain('Path');
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.7 a Get that answers {} means that there is no such volume', async () => {
    await create('data');
    plugin.behave({ Get: { text: '{}' } });
    expect((await docker.run(['volume', 'inspect', 'data'])).stderr).toContain('get data: no such volume');
    plugin.behave({});
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.8 Create is called once, and a second create asks Get', async () => {
    await create('data', '--label', 'a=1');
    await create('data', '--label', 'a=2');
    expect(methods().filter((method) => method === 'Create')).toHaveLength(1);
    expect(await inspect('data', '{{json .Labels}}')).toBe('{"a":"1"}');
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.8 a volume that was removed out of band is forgotten by rm -f', async () => {
    await create('data', '--label', 'a=1');
    await plugin.ask('VolumeDriver.Remove', { Name: 'data' });
    expect((await docker.run(['volume', 'rm', 'data'])).stderr).toContain('get data: no such volume');
    await docker.ok('volume', 'rm', '-f', 'data');
    expect(await docker.ok('volume', 'ls', '-q')).toBe('');
  });

  it('26.9 p:latest is p', async () => {
    await docker.ok('volume', 'create', '-d', 'testplugin:latest', 'data');
    expect(await inspect('data', '{{.Driver}}')).toBe('testplugin');
    await create('data');
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.10 a plugin that is away keeps no daemon from starting; its volumes are known, and used when it is back', async () => {
    await create('data', '--label', 'a=1', '-o', 'told=yes');
    await docker.ok('create', '--name', 'user', '-v', 'data:/data', 'alpine', 'sh', '-c', 'echo back > /data/file');
    await plugin.kill();
    await daemon.kill();
    await daemon.start();
    const list = await daemon.request('/volumes');
    expect(list.body).toMatchObject({
      Volumes: [{ Name: 'data', Driver: 'testplugin', Labels: { a: '1' }, Options: { told: 'yes' } }],
      Warnings: [expect.stringContaining('testplugin')],
    });
    await plugin.start();
    expect((await docker.run(['volume', 'rm', 'data'])).stderr).toContain('volume is in use');
    await docker.ok('start', '-a', 'user');
    expect(plugin.volume('data')?.mounts).toEqual([]);
    await docker.ok('rm', 'user');
    await docker.ok('volume', 'rm', 'data');
  });

  it('26.10 a hung plugin keeps no daemon from starting or ending, though a container of its own ended meanwhile', async () => {
    await create('data', '-o', 'told=yes');
    const command = 'until test -e /data/end; do sleep 0.05; done';
    await docker.ok('run', '-d', '--name', 'user', '-v', 'data:/data', 'alpine', 'sh', '-c', command);
    const mountpoint = await inspect('data', '{{.Mountpoint}}');
    const pid = await docker.ok('inspect', '--format', '{{.State.Pid}}', 'user');
    await daemon.kill();
    plugin.behave({ '*': { hang: true } });
    writeFileSync(join(mountpoint, 'end'), '');
    while (existsSync(`/proc/${pid}`)) await sleep(20);
    await daemon.start();
    expect((await daemon.request('/volumes/create', { method: 'POST', body: { Name: 'other' } })).status).toBe(201);
    await daemon.stop();
    plugin.behave({});
    await daemon.start();
    // What the hung plugin was not told, the next daemon tells it.
    while (plugin.volume('data')?.mounts.length !== 0) await sleep(20);
    await docker.ok('rm', 'user');
    await docker.ok('volume', 'rm', 'data', 'other');
    expect(plugin.volume('data')).toBeUndefined();
  });
});
