import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestPlugin } from '../../src/volumes/testsuite/test-plugin.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';

/* The points about creating, listing and removing volumes in which drivers other than the local one matter. */

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
const plugin = new TestPlugin(daemon.folder);
const other = new TestPlugin(daemon.folder, 'another');
withDaemon(daemon, ['alpine']);
beforeAll(() => Promise.all([plugin.start(), other.start()]));
afterAll(() => Promise.all([plugin.kill(), other.kill()]));
beforeEach(() => Promise.all([plugin.reset(), other.reset()]));

const create = (body: object) => daemon.request('/volumes/create', { method: 'POST', body });
const onPlugin = (Name: string, more: object = {}) => create({ Name, Driver: 'testplugin', ...more });
const inspect = (name: string) => daemon.request(`/volumes/${name}`);
const remove = (name: string, query = '') => daemon.request(`/volumes/${name}${query}`, { method: 'DELETE' });
const names = async () => (await docker.ok('volume', 'ls', '-q')).split('\n');
const madeBehindOurBack = (Name: string) => plugin.ask('VolumeDriver.Create', { Name, Opts: { told: 'yes' } });

describe('1 volume names', () => {
  it.each(['X', 'a b', '-naïve', '../up'])('1.4 a plugin gets a name unchecked: %j', async (name) => {
    expect(await onPlugin(name)).toMatchObject({ status: 201, body: { Name: name, Driver: 'testplugin' } });
    expect(plugin.argumentsOf('Create')).toContainEqual(expect.objectContaining({ Name: name }));
    expect((await inspect(encodeURIComponent(name))).status).toBe(200);
    expect((await remove(encodeURIComponent(name))).status).toBe(204);
  });
});

describe('2 create', () => {
  it('2.1 4.1 a second create answers the volume as it is; labels are ours, and never the plugin’s', async () => {
    const first = await onPlugin('data', { Labels: { a: '1' }, DriverOpts: { told: 'yes' } });
    expect(first).toMatchObject({ status: 201, body: { Labels: { a: '1' }, Options: { told: 'yes' } } });
    const again = await onPlugin('data', { Labels: { b: '2' }, DriverOpts: { x: 'y' } });
    expect(again).toMatchObject({ status: 201, body: { Labels: { a: '1' }, Options: { told: 'yes' } } });
    expect(JSON.stringify(plugin.calls())).not.toContain('Labels');
    await remove('data');
  });

  it('2.2 a name belongs to one driver, and an unknown driver is told first', async () => {
    await onPlugin('data');
    const taken = "create data: driver 'testplugin' already has volume 'data': volume name must be unique";
    expect(await create({ Name: 'data', Driver: 'local' })).toMatchObject({ status: 409, body: { message: taken } });
    expect(await create({ Name: 'data', Driver: 'another' })).toMatchObject({ status: 409, body: { message: taken } });
    expect((await create({ Name: 'data', Driver: 'this-plugin-does-not-exist' })).status).toBe(404);
    expect((await create({ Name: 'data', Driver: 'testplugin:latest' })).status).toBe(201);
    expect(await create({ Name: 'data' })).toMatchObject({ status: 201, body: { Driver: 'testplugin' } });
    await remove('data');
  });

  it('2.3 a name whose driver gives no answer is not given away', async () => {
    await onPlugin('data');
    plugin.behave({ Get: { text: 'rubbish' } });
    for (const body of [{ Name: 'data' }, { Name: 'data', Driver: 'local' }]) {
      expect(await create(body)).toMatchObject({
        status: 409,
        body: { message: expect.stringContaining('but got an error while checking the driver') },
      });
    }
    plugin.behave({});
    await remove('data');
  });

  it('2.4 a volume that its driver has lost is made anew, unless a container counts on it', async () => {
    await onPlugin('data', { Labels: { old: '1' } });
    await docker.ok('create', '--name', 'user', '-v', 'data:/data:nocopy', 'alpine', 'true');
    await plugin.ask('VolumeDriver.Remove', { Name: 'data' });
    for (const body of [{ Name: 'data' }, { Name: 'data', Driver: 'local' }, { Name: 'data', Driver: 'testplugin' }]) {
      expect(await create(body)).toMatchObject({
        status: 409,
        body: { message: expect.stringContaining("found references to volume 'data'") },
      });
    }
    await docker.ok('rm', 'user');
    expect(await create({ Name: 'data' })).toMatchObject({ status: 201, body: { Driver: 'local', Labels: null } });
    await remove('data');
  });

  it('2.5 without a driver, a volume that was made out of band is adopted', async () => {
    await madeBehindOurBack('outside');
    await docker.ok('run', '--rm', '-v', 'outside:/data', 'alpine', 'true');
    expect(plugin.argumentsOf('Create')).toHaveLength(1);
    expect(await inspect('outside')).toMatchObject({ body: { Driver: 'testplugin', Labels: null } });
    await remove('outside');
  });

  it('2.5 with its driver, it gets the labels and options of the request', async () => {
    await madeBehindOurBack('outside');
    const more = { Labels: { a: '1' }, DriverOpts: { told: 'yes' } };
    expect(await onPlugin('outside', more)).toMatchObject({ status: 201, body: { Labels: { a: '1' } } });
    expect(plugin.argumentsOf('Create')).toHaveLength(1);
    await daemon.stop();
    await daemon.start();
    expect(await inspect('outside')).toMatchObject({ body: { Labels: { a: '1' }, Options: { told: 'yes' } } });
    await remove('outside');
  });

  it.each(['this-plugin-does-not-exist', 'nosuchdriver', '../plugins/testplugin', 'a/b:latest'])(
    '2.6 an unknown driver: %s',
    async (Driver) => {
      const message = `create data: error looking up volume plugin ${Driver}: plugin "${Driver}" not found`;
      expect(await create({ Name: 'data', Driver })).toMatchObject({ status: 404, body: { message } });
    },
  );

  it('2.7 a plugin that hangs keeps no other volume, list, inspect or prune waiting', async () => {
    await onPlugin('known', { Labels: { a: '1' } });
    plugin.behave({ '*': { hang: true } });
    const hanging = onPlugin('hanging').catch(() => 'cut off');
    expect((await create({ Name: 'fresh' })).status).toBe(201);
    expect((await create({ Name: 'on_another', Driver: 'another' })).status).toBe(201);
    expect((await inspect('fresh')).status).toBe(200);
    expect((await daemon.request('/volumes')).body).toMatchObject({
      Volumes: expect.arrayContaining([expect.objectContaining({ Name: 'known', Labels: { a: '1' } })]),
      Warnings: [expect.stringContaining('driver "testplugin" does not answer')],
    });
    expect((await daemon.request('/system/df')).status).toBe(200);
    await docker.ok('run', '--rm', '-v', 'fresh:/data', 'alpine', 'true');
    await docker.ok('volume', 'prune', '-af');
    await plugin.kill();
    await plugin.reset();
    await hanging;
    await remove('known', '?force=1');
    await remove('hanging', '?force=1');
    await remove('on_another');
  });
});

describe('4 list and inspect', () => {
  it('4.2 a plugin that fails makes a warning, and its volumes stay in the list', async () => {
    await onPlugin('data');
    plugin.behave({ List: { fail: 'out of order' } });
    const { body } = await daemon.request('/volumes');
    expect(body).toMatchObject({ Volumes: [{ Name: 'data' }], Warnings: [expect.stringContaining('out of order')] });
    await remove('data');
  });

  it('4.3 inspect shows the status that the plugin gives', async () => {
    await onPlugin('data', { DriverOpts: { told: 'yes' } });
    const Volume = {
      Name: 'data',
      Mountpoint: '/mnt/data',
      CreatedAt: '2020-01-02T03:04:05Z',
      Status: { disk: 'good' },
    };
    plugin.behave({ Get: { answer: { Volume } } });
    expect(await inspect('data')).toMatchObject({ body: { Mountpoint: '/mnt/data', Status: { disk: 'good' } } });
    plugin.behave({ Get: { answer: { Volume: { ...Volume, Status: {} } } } });
    expect((await inspect('data')).body).toMatchObject({ Status: {} });
    plugin.behave({});
    expect((await inspect('data')).body).not.toHaveProperty('Status');
    await remove('data');
  });

  it('4.4 a volume that was deleted out of band is not found after a restart, and forgotten', async () => {
    await onPlugin('data', { Labels: { old: '1' } });
    await plugin.ask('VolumeDriver.Remove', { Name: 'data' });
    await daemon.stop();
    await daemon.start();
    expect(await inspect('data')).toMatchObject({ status: 404, body: { message: 'get data: no such volume' } });
    expect(await onPlugin('data')).toMatchObject({ status: 201, body: { Labels: null } });
    await remove('data');
  });

  it('4.5 of two drivers that have a name, the one that is known wins', async () => {
    await onPlugin('data');
    await other.ask('VolumeDriver.Create', { Name: 'data', Opts: {} });
    expect((await daemon.request('/volumes')).body).toMatchObject({ Volumes: [{ Driver: 'testplugin' }] });
    expect((await inspect('data')).body).toMatchObject({ Driver: 'testplugin' });
    await remove('data');
    await other.ask('VolumeDriver.Remove', { Name: 'data' });
  });
});

describe('7 references', () => {
  it('7.3 force forgets a volume that its driver fails to remove, and tells the failure', async () => {
    await onPlugin('data', { Labels: { old: '1' } });
    plugin.behave({ Remove: { fail: 'still exported' } });
    expect(await remove('data')).toMatchObject({ status: 500 });
    expect((await inspect('data')).body).toMatchObject({ Labels: { old: '1' } });
    expect(await remove('data', '?force=1')).toMatchObject({
      status: 500,
      body: { message: 'remove data: VolumeDriver.Remove: still exported' },
    });
    expect((await inspect('data')).body).toMatchObject({ Labels: null });
    plugin.behave({});
    await remove('data');
  });

  it('7.3 force forgets a volume whose plugin gives no answer', async () => {
    await onPlugin('data');
    plugin.behave({ '*': { text: 'rubbish' } });
    expect((await remove('data', '?force=1')).status).toBe(500);
    expect(await names()).not.toContain('data');
    expect((await remove('data', '?force=1')).status).toBe(204);
  });

  it('7.3 a volume in use stays, force or not', async () => {
    await onPlugin('data');
    const id = await docker.ok('create', '--name', 'user', '-v', 'data:/data', 'alpine', 'true');
    for (const query of ['', '?force=1']) {
      expect(await remove('data', query)).toMatchObject({
        status: 409,
        body: { message: `remove data: volume is in use - [${id}]` },
      });
    }
    await docker.ok('rm', 'user');
    await remove('data');
  });
});
