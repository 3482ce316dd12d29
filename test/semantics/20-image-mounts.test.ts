import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteFolder } from '../images/index.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { loadImage, withDaemon } from '../support/engine.ts';
import { mountPoints } from '../support/traces.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
const holdfast = new CommandLine('holdfast', daemon.host);
withDaemon(daemon, ['alpine', 'nginx']);

const image = (source: string, dst = '/image', more = '') => ['--mount', `type=image,src=${source},dst=${dst}${more}`];
const page = join('/image', siteFolder, 'index.html');
const mountsOfDaemon = () => mountPoints().filter((path) => path.startsWith(`${daemon.folder}/`));
const idOf = (reference: string) => docker.ok('image', 'inspect', '--format', '{{.Id}}', reference);
const message = ({ body }: { body: unknown }) => (body as { message: string }).message;

const create = (mount: object, apiVersion = '1.48') =>
  daemon.request(`/v${apiVersion}/containers/create`, {
    method: 'POST',
    body: { Image: 'alpine', HostConfig: { Mounts: [{ Type: 'image', Target: '/image', ...mount }] } },
  });

/** An image that tests may take away. */
async function disposable(name: string): Promise<string> {
  await docker.ok('create', '--name', name, 'nginx');
  await docker.ok('commit', '--change', `LABEL of=${name}`, name, `${name}:1`);
  await docker.ok('rm', name);
  return idOf(`${name}:1`);
}

describe('20 image mounts', () => {
  it('20.1 need API 1.48', async () => {
    const refused = await create({ Source: 'nginx' }, '1.47');
    expect([refused.status, message(refused)]).toEqual([400, 'Mount type "Image" needs API v1.48 or newer']);
  });

  it('20.1 take a reference or an id of an image that is here, and no other is pulled', async () => {
    const id = await idOf('nginx');
    for (const source of ['nginx', 'nginx:latest', id, id.slice(7, 19)]) {
      expect(await docker.ok('run', '--rm', ...image(source), 'alpine', 'cat', page)).not.toBe('');
    }
    const count = () => daemon.request('/volumes').then(({ body }) => (body as { Volumes: unknown[] }).Volumes.length);
    const volumes = await count();
    const refused = await create({ Source: 'nowhere.invalid/missing' });
    expect([refused.status, message(refused)]).toEqual([404, 'No such image: nowhere.invalid/missing:latest']);
    const withVolume = [
      { Type: 'volume', Target: '/v' },
      { Type: 'image', Source: 'missing', Target: '/i' },
    ];
    const body = { Image: 'alpine', HostConfig: { Mounts: withVolume } };
    expect((await daemon.request('/v1.48/containers/create', { method: 'POST', body })).status).toBe(404);
    expect(await count()).toBe(volumes);
  });

  it('20.1 holdfast says which image is missing, and pulls nothing instead', async () => {
    const run = await holdfast.run(['run', '--rm', ...image('nowhere.invalid/missing'), 'alpine', 'true']);
    expect(run.exitCode).toBe(125);
    expect(run.stderr).toContain('No such image: nowhere.invalid/missing:latest');
    expect(run.stderr).not.toContain('Unable to find image');
  });

  it.each([docker, holdfast])('20.2 are read-only and private, by $name', async (cli) => {
    const script = `touch ${page}; mount -o remount,rw /image; rm -r /image/etc; grep ' /image ' /proc/self/mountinfo`;
    const run = await cli.run(['run', '--rm', ...image('nginx'), 'alpine', 'sh', '-c', script]);
    expect(run.stderr).toContain(`${page}: Read-only file system`);
    expect(run.stdout).toMatch(/ \/image ro,\S* - overlay /);
    expect(await cli.ok('run', '--rm', 'nginx', 'ls', '/etc')).not.toBe('');
  });

  it('20.2 mount one image at several places, and parts of it', async () => {
    const mounts = [
      ...image('nginx'),
      ...image('nginx', '/again'),
      ...image('nginx', '/site', `,image-subpath=${siteFolder.slice(1)}`),
      ...image('nginx', '/page', `,image-subpath=${siteFolder.slice(1)}/home.html`),
    ];
    const before = mountsOfDaemon();
    const script = `cd ${siteFolder}; cat /image$PWD/index.html /again$PWD/index.html /site/index.html /page`;
    await docker.ok('run', '-d', '--name', 'several', ...mounts, 'nginx', 'sleep', '600');
    const pages = (await docker.ok('exec', 'several', 'sh', '-c', script)).split('\n');
    expect(pages).toHaveLength(4);
    expect(new Set(pages).size).toBe(1);
    await docker.ok('rm', '-f', 'several');
    expect(mountsOfDaemon()).toEqual(before);
  });

  it('20.2 refuse a part that is not there, or lies outside', async () => {
    await docker.ok('run', '--name', 'trap', 'alpine', 'sh', '-c', 'ln -s /etc /absolute; ln -s ../../../.. /up');
    await docker.ok('commit', 'trap', 'trap:1');
    await docker.ok('rm', 'trap');
    const before = mountsOfDaemon();
    for (const [subpath, status, reason] of [
      ['missing', 404, 'cannot access path '],
      ['absolute', 400, 'path concatenation escapes the base directory, base: '],
      ['up', 400, 'path concatenation escapes the base directory, base: '],
    ] as const) {
      const { body } = await create({ Source: 'trap:1', ImageOptions: { Subpath: subpath } });
      const { Id } = body as { Id: string };
      const started = await daemon.request(`/containers/${Id}/start`, { method: 'POST' });
      expect([started.status, message(started).startsWith(reason)]).toEqual([status, true]);
      await docker.ok('rm', Id);
    }
    const refused = await create({ Source: 'trap:1', ImageOptions: { Subpath: '../x' } });
    expect(refused.status).toBe(400);
    expect(mountsOfDaemon()).toEqual(before);
  });

  it('19.2 inspect shows the reference, and the place on the host', async () => {
    await docker.ok('run', '-d', '--name', 'shown', ...image('nginx'), 'alpine', 'sleep', '600');
    const [mount] = JSON.parse(await docker.ok('inspect', '--format', '{{json .Mounts}}', 'shown'));
    const { Source, ...rest } = mount;
    expect(rest).toEqual({
      ...{ Type: 'image', Name: 'nginx', Destination: '/image' },
      ...{ Mode: '', RW: false, Propagation: 'rprivate' },
    });
    expect(existsSync(join(Source, siteFolder, 'index.html'))).toBe(true);
    const asked = JSON.parse(await docker.ok('inspect', '--format', '{{json .HostConfig.Mounts}}', 'shown'));
    expect(asked).toEqual([{ Type: 'image', Source: 'nginx', Target: '/image' }]);
    expect(await docker.ok('ps', '-aq', '--filter', 'ancestor=nginx')).toBe('');
    await docker.ok('rm', '-f', 'shown');
    expect(existsSync(Source)).toBe(false);
  });

  it('20.3 an image that is mounted stays, unless force removes it; its container goes on, and starts again', async () => {
    const id = await disposable('wanted');
    const options = ['--name', 'user', ...image('wanted:1'), 'alpine', 'sleep', '600'];
    const container = await docker.ok('create', ...options);
    const short = [container.slice(0, 12), id.slice(7, 19)];
    const refused = await daemon.request('/images/wanted:1', { method: 'DELETE' });
    const reason = `container ${short[0]} is using its referenced image ${short[1]}`;
    expect([refused.status, message(refused)]).toEqual([409, expect.stringContaining(reason)]);
    await docker.ok('image', 'prune', '-af');
    expect(await docker.ok('images', '-q', 'wanted')).not.toBe('');

    await docker.ok('rmi', '-f', 'wanted:1');
    expect((await daemon.request(`/images/${id}/json`)).status).toBe(404);
    for (let round = 0; round < 2; round += 1) {
      await docker.ok('start', 'user');
      expect(await docker.ok('exec', 'user', 'cat', page)).not.toBe('');
      await docker.ok('stop', '-t', '0', 'user');
      await docker.ok('image', 'prune', '-af');
    }
    await docker.ok('rm', 'user');
    await loadImage(daemon, 'nginx');
  });

  it('20.3 the layers stay as long as the container, and go after it', async () => {
    await docker.ok('create', '--name', 'writer', 'alpine', 'true');
    await docker.ok('cp', join(daemon.folder, 'daemon.log'), 'writer:/own-layer');
    const id = await docker.ok('commit', 'writer', 'layered:1');
    const layers = () => readdirSync(join(daemon.dataRoot, 'layers')).length;
    const before = layers();
    await docker.ok('create', '--name', 'holder', ...image('layered:1'), 'alpine', 'ls', '/image/own-layer');
    await docker.ok('rmi', '-f', 'layered:1');
    await docker.ok('image', 'prune', '-f');
    expect(layers()).toBe(before);
    expect(await docker.ok('start', '-a', 'holder')).toBe('/image/own-layer');
    await docker.ok('rm', 'holder', 'writer');
    await docker.ok('image', 'prune', '-f');
    expect(layers()).toBe(before - 1);
    expect((await daemon.request(`/images/${id}/json`)).status).toBe(404);
  });

  it('15.3 --volumes-from takes a mounted image over, also when its container and name have gone', async () => {
    await disposable('lent');
    await docker.ok('create', '--name', 'lender', ...image('lent:1'), 'alpine');
    await docker.ok('create', '--name', 'borrower', '--volumes-from', 'lender', 'alpine', 'cat', page);
    await docker.ok('rm', 'lender');
    await docker.ok('rmi', '-f', 'lent:1');
    expect(await docker.ok('start', '-a', 'borrower')).not.toBe('');
    await docker.ok('rm', 'borrower');
  });

  it('27.2 a daemon that was killed finds its mounts again, and the last stop unmounts', async () => {
    const before = mountsOfDaemon();
    await docker.ok('run', '-d', '--name', 'survivor', ...image('nginx'), 'alpine', 'sleep', '600');
    await docker.ok('create', '--name', 'idle', ...image('nginx'), 'alpine');
    await daemon.kill();
    await daemon.start();
    expect(await docker.ok('exec', 'survivor', 'cat', page)).not.toBe('');
    const refused = await daemon.request('/images/nginx', { method: 'DELETE' });
    expect(refused.status).toBe(409);
    await docker.ok('stop', '-t', '0', 'survivor');
    expect(mountsOfDaemon()).toEqual(before);
    await docker.ok('rm', 'survivor', 'idle');
  });

  it('18 cp reads a mounted image, running or not, and does not write into it', async () => {
    const before = mountsOfDaemon();
    await docker.ok('create', '--name', 'copied', ...image('nginx'), 'alpine', 'sleep', '600');
    for (const state of ['stopped', 'running']) {
      const copied = await holdfast.run(['cp', `copied:${page}`, '-']);
      expect([state, copied.exitCode]).toEqual([state, 0]);
      const written = await docker.run(['cp', join(daemon.folder, 'daemon.log'), 'copied:/image/etc/log']);
      expect(written.stderr).toContain('mounted volume is marked read-only');
      if (state === 'stopped') expect(mountsOfDaemon()).toEqual(before);
      await docker.ok('start', 'copied');
    }
    expect(await docker.ok('exec', 'copied', 'cat', page)).not.toBe('');
    await docker.ok('rm', '-f', 'copied');
    expect(mountsOfDaemon()).toEqual(before);
  });
});
