import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeVolumeDriver } from '../../testsuite/driver-suite.ts';
import { openPlugins } from '../../testsuite/open-plugins.ts';
import { scratchFolder } from '../../testsuite/scratch.ts';
import { TestPlugin } from '../../testsuite/test-plugin.ts';
import type { VolumeDriver } from '../../volume.ts';

const bases = new WeakMap<VolumeDriver, string>();

async function open(base: string, options?: Parameters<typeof openPlugins>[1]): Promise<VolumeDriver> {
  const driver = await openPlugins(base, options).find('testplugin');
  bases.set(driver, base);
  return driver;
}

const folder = mkdtempSync(join(tmpdir(), 'holdfast-plugin-'));
const plugin = new TestPlugin(folder);
afterAll(async () => {
  await plugin.kill();
  rmSync(folder, { recursive: true });
});

/** The plugin as new, and an engine's folders in which it is found. */
async function startPlugin(): Promise<{ base: string }> {
  await plugin.reset();
  const base = scratchFolder();
  mkdirSync(join(base, 'plugins'));
  writeFileSync(join(base, 'plugins', 'testplugin.spec'), `unix://${plugin.socket}\n`);
  return { base };
}

describeVolumeDriver('the plugin driver', {
  make: async () => open((await startPlugin()).base),
  restart: async (driver) => open(bases.get(driver) ?? ''),
});

const volume = { name: 'data', labels: { a: 'b' }, options: { told: 'yes' } };

describe('what a plugin answers', () => {
  test.each([
    ['relative/path', 'which is no absolute clean path'],
    ['', 'which is no absolute clean path'],
    ['/a/../etc', 'which is no absolute clean path'],
    ['/a//b', 'which is no absolute clean path'],
    ['/a\0b', 'which is no absolute clean path'],
    ['/a/', 'which is no absolute clean path'],
    ['/', 'the whole host'],
    ['/no/such/folder', 'cannot be used'],
  ])('is no mountpoint: %j', async (Mountpoint, reason) => {
    const { base } = await startPlugin();
    const driver = await open(base);
    await driver.create(volume);
    plugin.behave({ Mount: { answer: { Mountpoint } } });
    await expect(driver.mount('data', 'a')).rejects.toThrow(reason);
    // The plugin has mounted it, and is told to undo that.
    expect(plugin.volume('data')?.mounts).toEqual([]);
    await driver.remove('data');
  });

  test('is no mountpoint inside the engine’s own folders, through a link either', async () => {
    const { base } = await startPlugin();
    const driver = await open(base);
    await driver.create(volume);
    mkdirSync(join(base, 'data-root', 'volumes'), { recursive: true });
    symlinkSync(join(base, 'data-root'), join(base, 'link'));
    for (const Mountpoint of [join(base, 'data-root'), join(base, 'data-root', 'volumes'), join(base, 'link')]) {
      plugin.behave({ Mount: { answer: { Mountpoint } } });
      await expect(driver.mount('data', 'a')).rejects.toThrow("inside the engine's own folder");
    }
    plugin.behave({ Get: { answer: { Volume: { Name: 'data', Mountpoint: join(base, 'data-root') } } } });
    expect(await driver.get('data')).toMatchObject({ mountpoint: '' });
  });

  test.each(['', '[]', '"text"', '{"Volume": 1}', '{"Volume": {"Name": {}}}', 'nonsense', `"${'x'.repeat(5 << 20)}"`])(
    'may be rubbish, and is told so (%#)',
    async (text) => {
      const { base } = await startPlugin();
      const driver = await open(base);
      await driver.create(volume);
      plugin.behave({ Get: { text, status: text === '' ? 500 : 200 } });
      await expect(driver.get('data')).rejects.toMatchObject({
        kind: 'system',
        message: expect.stringMatching(/not what was asked for|does not say why|longer than/),
      });
      expect(driver.peek('data')).toMatchObject({ labels: { a: 'b' } });
    },
  );

  test('is cut to a line that can be read', async () => {
    const { base } = await startPlugin();
    const driver = await open(base);
    plugin.behave({ Create: { fail: `first\nsecond\u001b[31m${'x'.repeat(100_000)}` } });
    const failure: Error = await driver.create(volume).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(failure.message).toMatch(/^VolumeDriver.Create: first second \[31mx+…$/);
    expect(failure.message.length).toBeLessThan(3000);
  });

  test('may name volumes by anything, which is never a path', async () => {
    const { base } = await startPlugin();
    const driver = await open(base);
    const names = ['../../etc', '/etc/passwd', 'a b', 'ä/ö', '__proto__', 'x'.repeat(1000)];
    for (const name of names) await driver.create({ ...volume, name });
    expect((await driver.list()).volumes.map(({ name }) => name).sort()).toEqual([...names].sort());
    const next = await open(base);
    for (const name of names) {
      expect(next.peek(name)).toMatchObject({ name, labels: { a: 'b' } });
      await next.unmount(name, (await next.mount(name, `mount of ${name}`)) && `mount of ${name}`);
      await next.remove(name);
    }
    expect(plugin.argumentsOf('Unmount').map(({ Name }) => Name)).toEqual(names);
  });
});

describe('a plugin that is away', () => {
  test('is tried again, until it is back', async () => {
    const { base } = await startPlugin();
    const driver = await open(base, { timing: { retryFor: 20_000 } });
    await driver.create(volume);
    await plugin.kill();
    const mounting = driver.mount('data', 'a');
    await plugin.start();
    expect(await mounting).toContain(folder);
    expect(plugin.argumentsOf('Mount')).toHaveLength(1);
  });

  test('is given up, with what it was', async () => {
    const { base } = await startPlugin();
    const driver = await open(base);
    await driver.create(volume);
    await plugin.kill();
    await expect(driver.mount('data', 'a')).rejects.toMatchObject({
      message: expect.stringMatching(/^error while mounting volume '.*': plugin testplugin cannot be reached: /),
    });
    await expect(driver.get('data')).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(driver.list()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(driver.peek('data')).toMatchObject({ name: 'data', labels: { a: 'b' } });
  });

  test('does not get a request twice that it may have carried out', async () => {
    const { base } = await startPlugin();
    const driver = await open(base, { timing: { retryFor: 20_000 } });
    plugin.behave({ Create: { hang: true } });
    const creating = expect(driver.create(volume)).rejects.toMatchObject({ kind: 'unavailable' });
    while (plugin.argumentsOf('Create').length === 0) await new Promise(setImmediate);
    await plugin.kill();
    await creating;
    plugin.behave({});
    await plugin.start();
    expect(await driver.get('data')).toBeUndefined();
    expect(plugin.argumentsOf('Create')).toHaveLength(1);
  });

  test('is not waited for longer than a call may take', async () => {
    const { base } = await startPlugin();
    const driver = await open(base, { timing: { answer: 300, slowAnswer: 300 } });
    plugin.behave({ Get: { hang: true }, Create: { hang: true } });
    await expect(driver.get('data')).rejects.toThrow('the plugin did not answer VolumeDriver.Get in 0.3 s');
    await expect(driver.create(volume)).rejects.toThrow('the plugin did not answer VolumeDriver.Create in 0.3 s');
    expect(driver.peek('data')).toBeUndefined();
  });

  test('keeps no daemon from ending', async () => {
    const { base } = await startPlugin();
    const plugins = openPlugins(base);
    const driver = await plugins.find('testplugin');
    plugin.behave({ '*': { hang: true } });
    const asking = expect(driver.get('data')).rejects.toThrow('the daemon is shutting down');
    await plugins.close();
    await asking;
  });
});

describe('mounts', () => {
  test('that a killed daemon left are given back, with the ids they were made with', async () => {
    const { base } = await startPlugin();
    const driver = await open(base);
    await driver.create(volume);
    await driver.mount('data', 'gone');
    await driver.mount('data', 'running');
    const [, running] = plugin.volume('data')?.mounts ?? [];
    const plugins = openPlugins(base);
    const next = plugins.known()[0];
    next?.adopt('data', 'running');
    await next?.settle();
    expect(plugin.volume('data')?.mounts).toEqual([running]);
    await next?.unmount('data', 'running');
    expect(plugin.volume('data')?.mounts).toEqual([]);
  });
});
