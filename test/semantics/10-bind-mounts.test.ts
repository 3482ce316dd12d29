import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContainer, planContainer, startContainer } from '../support/containers.ts';
import { mountTmpfs, showMounts, unmountAll } from '../support/mounts.ts';
import { semantics } from '../support/semantics.ts';

const { daemon, docker, holdfast } = semantics();

/** A folder with a tmpfs in it. */
const tree = join(daemon.folder, 'tree');
beforeAll(() => mountTmpfs(join(tree, 'sub')));
afterAll(() => unmountAll(join(tree, 'sub')));

const shell = (command: string) => ['alpine', 'sh', '-c', command];
const seen = async (...flags: string[]) => (await docker.ok('run', '--rm', ...flags, ...shell(showMounts))).split('\n');

describe('10.3 read-only binds', () => {
  const bind = (more: object) => [{ Type: 'bind', Source: tree, Target: '/mnt', ReadOnly: true, ...more }];
  const seenBy = async (version: string, hostConfig: object) => {
    const config = { Cmd: ['sh', '-c', showMounts], Tty: true };
    const { id } = await createContainer(daemon, hostConfig, { version, config });
    const output = await docker.ok('start', '-a', id);
    return output.replaceAll('\r', '').split('\n');
  };

  it('10.3 are read-only in all their depth since API 1.44', async () => {
    const recursive = ['/mnt ro', '/mnt/sub ro'];
    expect(await seen('-v', `${tree}:/mnt:ro`)).toEqual(recursive);
    expect(await seenBy('1.44', { Binds: [`${tree}:/mnt:ro`] })).toEqual(recursive);
    expect(await seenBy('1.44', { Mounts: bind({}) })).toEqual(recursive);
  });

  it('10.3 are so at the top alone before', async () => {
    const top = ['/mnt ro', '/mnt/sub rw'];
    expect(await seenBy('1.43', { Binds: [`${tree}:/mnt:ro`] })).toEqual(top);
    expect(await seenBy('1.43', { Mounts: bind({}) })).toEqual(top);
    expect(await seenBy('1.43', { Mounts: bind({ BindOptions: { Propagation: 'rprivate' } }) })).toEqual(top);
  });

  it.each([docker, holdfast])('10.3 as bind-recursive says, by $name', async (cli) => {
    const look = async (more: string) =>
      (await cli.ok('run', '--rm', '--mount', `type=bind,src=${tree},dst=/mnt,${more}`, ...shell(showMounts))).split(
        '\n',
      );
    expect(await look('ro,bind-recursive=writable')).toEqual(['/mnt ro', '/mnt/sub rw']);
    expect(await look('ro,bind-recursive=readonly,bind-propagation=rprivate')).toEqual(['/mnt ro', '/mnt/sub ro']);
    expect(await look('ro,bind-recursive=disabled')).toEqual(['/mnt ro']);
  });

  it('10.3 forced before API 1.44 is 400', async () => {
    const Mounts = bind({ BindOptions: { ReadOnlyForceRecursive: true } });
    const { status, message } = await planContainer(daemon, { Mounts }, { version: '1.43' });
    expect(`${status} ${message}`).toBe('400 BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer');
  });

  it.each<[string, object]>([
    ['!ReadOnly && ReadOnlyNonRecursive', { ReadOnly: false, BindOptions: { ReadOnlyNonRecursive: true } }],
    ['!ReadOnly && ReadOnlyForceRecursive', { ReadOnly: false, BindOptions: { ReadOnlyForceRecursive: true } }],
    [
      'ReadOnlyNonRecursive && ReadOnlyForceRecursive',
      { BindOptions: { ReadOnlyNonRecursive: true, ReadOnlyForceRecursive: true } },
    ],
  ])('10.3 %s contradict each other, which the start says', async (words, more) => {
    expect(await startContainer(daemon, { Mounts: bind(more) })).toEqual({
      status: 500,
      message: `mount options conflict: ${words}`,
    });
  });

  it('10.3 an option of API 1.44 means nothing before', async () => {
    const Mounts = bind({ ReadOnly: false, BindOptions: { ReadOnlyNonRecursive: true } });
    expect(await seenBy('1.43', { Mounts })).toEqual(['/mnt rw', '/mnt/sub rw']);
  });
});

describe('10.4 files', () => {
  const file = join(daemon.folder, 'a-file');
  beforeAll(() => writeFileSync(file, 'of the host\n'));

  it('10.4 are mounted as they are, over a file or where nothing is', async () => {
    const flags = ['-v', `${file}:/etc/passwd:ro`, '-v', `${file}:/new/place/name`];
    expect(await docker.ok('run', '--rm', ...flags, ...shell('cat /etc/passwd; echo more >> /new/place/name'))).toBe(
      'of the host',
    );
    expect(readFileSync(file, 'utf8')).toBe('of the host\nmore\n');
  });

  it.each([
    ['a file on a folder', () => `${file}:/etc`],
    ['a folder on a file', () => `${tree}:/etc/passwd`],
  ])('10.4 %s fails the start', async (_what, bind) => {
    const { status, message } = await startContainer(daemon, { Binds: [bind()] });
    expect(status).toBe(400);
    expect(message).toMatch(/not a directory.*Are you trying to mount a directory onto a file \(or vice-versa\)\?/);
  });
});

describe('10.5 the files that every container gets of its own', () => {
  it.each(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'])('10.5 a bind replaces %s', async (path) => {
    const source = join(daemon.folder, `own${path.replaceAll('/', '-')}`);
    writeFileSync(source, 'mine\n', { mode: 0o640 });
    const look = shell(`cat ${path}; echo more >> ${path}; grep -c ' ${path} ' /proc/self/mountinfo`);
    const readOnly = await docker.run(['run', '--rm', '-v', `${source}:${path}:ro`, ...look]);
    expect(readOnly.stdout).toBe('mine\n1\n');
    expect(readOnly.stderr).toContain('Read-only file system');
    expect(await docker.ok('run', '--rm', '-v', `${source}:${path}`, ...look)).toBe('mine\n1');
    const { uid, gid, mode } = statSync(source);
    expect([uid, gid, mode & 0o777]).toEqual([0, 0, 0o640]);
    expect(readFileSync(source, 'utf8')).toBe('mine\nmore\n');
  });

  it('10.5 the others stay the engine’s', async () => {
    const source = join(daemon.folder, 'own-etc-hosts');
    const look = shell(`awk '$5 ~ "^/etc/" { print $5 }' /proc/self/mountinfo | sort`);
    expect(await docker.ok('run', '--rm', '-v', `${source}:/etc/hosts`, ...look)).toBe(
      '/etc/hostname\n/etc/hosts\n/etc/resolv.conf',
    );
  });
});

describe('10.6 the daemon’s own socket', () => {
  it('10.6 is a source like any other while the daemon listens', async () => {
    const flags = ['-v', `${daemon.socket}:/var/run/docker.sock`];
    expect(await docker.ok('run', '--rm', ...flags, ...shell('stat -c %F /var/run/docker.sock'))).toBe('socket');
  });

  it('10.6 never becomes a folder when it has gone, as it has while the daemon shuts down', async () => {
    const { id } = await createContainer(daemon, { Binds: [`${daemon.socket}:/socket`] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (method: string, path: string): Promise<{ status: number | undefined; text: string }> =>
      new Promise((resolve, reject) => {
        const call = request({ agent, socketPath: daemon.socket, method, path }, async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() });
        });
        call.on('error', reject);
        call.end();
      });
    expect((await ask('GET', '/_ping')).status).toBe(200);
    rmSync(daemon.socket);
    const start = await ask('POST', `/containers/${id}/start`);
    expect(start.status).toBe(500);
    expect(start.text).toContain('shutting down');
    expect(statSync(daemon.socket, { throwIfNoEntry: false })).toBeUndefined();
    agent.destroy();
    await daemon.stop();
    await daemon.start();
    await docker.ok('start', '-a', id);
  });
});

describe('10.7 links', () => {
  it('10.7 the source is resolved at start: what a link then leads to is mounted', async () => {
    const link = join(daemon.folder, 'link');
    for (const name of ['one', 'two']) {
      mkdirSync(join(daemon.folder, name));
      writeFileSync(join(daemon.folder, name, 'name'), `${name}\n`);
    }
    symlinkSync('one', link);
    await docker.ok('create', '--name', 'linked', '-v', `${link}:/mnt`, 'alpine', 'cat', '/mnt/name');
    expect(await docker.ok('start', '-a', 'linked')).toBe('one');
    rmSync(link);
    symlinkSync('two', link);
    expect(await docker.ok('start', '-a', 'linked')).toBe('two');
    expect(await docker.ok('inspect', '-f', '{{(index .Mounts 0).Source}}', 'linked')).toBe(link);
  });
});
