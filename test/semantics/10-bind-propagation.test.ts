import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { planContainer, startContainer } from '../support/containers.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { makeFolder, removeFolder } from '../support/folder.ts';
import { mountFolder, mountTmpfs, showMounts, unmountAll } from '../support/mounts.ts';

/*
 * Everything lies on mounts made here, each with a propagation of its own, since machines differ in how theirs propagate. The
 * daemon's folder is on the shared one, as on most hosts.
 */
const base = makeFolder();
const shared = join(base, 's');
const onPrivate = join(base, 'private');
const onSlave = join(base, 'slave');
mkdirSync(join(shared, 'd'), { recursive: true });
const daemon = new TestDaemon({ folder: join(shared, 'd') });
const docker = new CommandLine('docker', daemon.host);

beforeAll(async () => {
  await mountFolder(base, 'private');
  await mountFolder(shared, 'shared');
  await mountFolder(onPrivate, 'private');
  await mountFolder(onSlave, 'slave');
  mkdirSync(daemon.folder, { recursive: true });
});
afterAll(async () => {
  await unmountAll(base);
  removeFolder(base);
});
withDaemon(daemon, ['alpine']);

/** A folder on the shared mount with a tmpfs in it. */
const tree = join(shared, 'tree');
beforeAll(() => mountTmpfs(join(tree, 'sub')));

const shell = (command: string) => ['alpine', 'sh', '-c', command];
const seen = async (...flags: string[]) => (await docker.ok('run', '--rm', ...flags, ...shell(showMounts))).split('\n');

describe('10.1 propagation', () => {
  it.each([
    { private: ['rw', 'rw master'], rprivate: ['rw', 'rw'] },
    { slave: ['rw master', 'rw master'], rslave: ['rw master', 'rw master'], private: ['rw', 'rw master'] },
    { shared: ['rw shared', 'rw shared'], rshared: ['rw shared', 'rw shared'], rprivate: ['rw', 'rw'] },
  ])('10.1 each mount has its own: %o', async (expected) => {
    const flags = Object.keys(expected).flatMap((propagation) => ['-v', `${tree}:/mnt/${propagation}:${propagation}`]);
    const lines = Object.entries(expected).flatMap(([propagation, [top, sub]]) => [
      `/mnt/${propagation} ${top}`,
      `/mnt/${propagation}/sub ${sub}`,
    ]);
    expect((await seen(...flags)).toSorted()).toEqual(lines.toSorted());
  });

  it('10.1 rbind and rprivate are the default; NonRecursive takes nothing along', async () => {
    expect(await seen('-v', `${tree}:/mnt`)).toEqual(['/mnt rw', '/mnt/sub rw']);
    expect(await seen('--mount', `type=bind,src=${tree},dst=/mnt,bind-recursive=disabled`)).toEqual(['/mnt rw']);
    const mounts = [{ Type: 'bind', Source: tree, Target: '/mnt' }];
    expect((await planContainer(daemon, { Mounts: mounts })).mounts).toMatchObject([{ Propagation: 'rprivate' }]);
  });

  it('10.1 what the host mounts later reaches a slave, and what the container mounts reaches the host from a shared one', async () => {
    const source = join(shared, 'later');
    mkdirSync(source);
    const flags = ['--privileged', '-v', `${source}:/slave:rslave`, '-v', `${source}:/shared:rshared`];
    const id = await docker.ok('run', '-d', ...flags, '-v', `${source}:/private`, 'alpine', 'sleep', '600');
    await mountTmpfs(join(source, 'host'));
    writeFileSync(join(source, 'host', 'from-host'), '');
    expect(await docker.ok('exec', id, 'ls', '/slave/host', '/private/host')).toBe(
      '/private/host:\n\n/slave/host:\nfrom-host',
    );
    await docker.ok(
      'exec',
      id,
      'sh',
      '-c',
      'mkdir /shared/made && mount -t tmpfs t /shared/made && touch /shared/made/file',
    );
    expect(readdirSync(join(source, 'made'))).toEqual(['file']);
    await docker.ok('rm', '-f', id);
    await unmountAll(join(source, 'made'));
    await unmountAll(join(source, 'host'));
  });

  it.each([
    ['private', 'shared', 'a shared mount'],
    ['private', 'rshared', 'a shared mount'],
    ['private', 'slave', 'a shared or slave mount'],
    ['private', 'rslave', 'a shared or slave mount'],
    ['slave', 'shared', 'a shared mount'],
  ])('10.1 on a %s mount %s fails the start', async (mount, propagation, wanted) => {
    const source = join(base, mount);
    const binds = { Binds: [`${source}/x:/mnt:${propagation}`] };
    expect(await startContainer(daemon, binds)).toEqual({
      status: 500,
      message: `path ${source}/x is mounted on ${source} but it is not ${wanted}`,
    });
  });

  it('10.1 a slave mount has slaves of its own', async () => {
    expect(await seen('-v', `${onSlave}:/mnt:rslave`)).toEqual(['/mnt rw master']);
  });
});

describe('10.2 binds of the engine’s own folder', () => {
  const sources = () => [daemon.dataRoot, join(daemon.dataRoot, 'volumes'), daemon.folder, '/'];

  it('10.2 are rslave by themselves, inside it and above it', async () => {
    for (const Source of sources()) {
      const { mounts } = await planContainer(daemon, { Binds: [`${Source}:/mnt`] });
      expect(mounts).toMatchObject([{ Source, Propagation: 'rslave', Mode: '' }]);
    }
    expect(await seen('-v', `${daemon.dataRoot}:/mnt`)).toContain('/mnt rw master');
  });

  it('10.2 start also where the host propagates nothing, and are private then', async () => {
    for (const mode of ['', ':rslave']) expect(await seen('-v', `${base}:/mnt${mode}`)).toContain('/mnt rw');
    const { message } = await startContainer(daemon, { Binds: [`${base}:/mnt:rshared`] });
    expect(message).toBe(`path ${base} is mounted on ${base} but it is not a shared mount`);
  });

  it('10.2 take rslave and rshared, and nothing else', async () => {
    for (const Source of sources()) {
      for (const Propagation of ['rslave', 'rshared']) {
        const Mounts = [{ Type: 'bind', Source, Target: '/mnt', BindOptions: { Propagation } }];
        expect((await planContainer(daemon, { Mounts })).mounts).toMatchObject([{ Propagation }]);
      }
      for (const propagation of ['private', 'rprivate', 'slave', 'shared']) {
        const { status, message } = await planContainer(daemon, { Binds: [`${Source}:/mnt:${propagation}`] });
        expect(status).toBe(400);
        expect(message).toContain('must use either propagation mode "rslave" or "rshared"');
      }
    }
    expect(await seen('-v', `${daemon.dataRoot}:/mnt:rshared`)).toContain('/mnt rw shared');
  });

  it('10.2 keep no container and no volume from going away', async () => {
    await docker.ok('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'mounted');
    await docker.ok('run', '-d', '--name', 'other', '-v', 'mounted:/data', 'alpine', 'sleep', '600');
    await docker.ok('run', '-d', '--name', 'watcher', '-v', `${daemon.dataRoot}:/mnt`, 'alpine', 'sleep', '600');
    const mounts = () =>
      docker.ok('exec', 'watcher', 'sh', '-c', 'grep -c /mnt/volumes/mounted /proc/self/mountinfo; true');
    expect(await mounts()).toBe('1');
    await docker.ok('rm', '-f', 'other');
    expect(await mounts()).toBe('0');
    await docker.ok('volume', 'rm', 'mounted');
    await docker.ok('rm', '-f', 'watcher');
  });
});
