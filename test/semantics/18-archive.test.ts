import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { openRequest } from '../support/request.ts';
import { mountPoints } from '../support/traces.ts';

type Member = Parameters<ReturnType<typeof pack>['entry']>[0] & { data?: string };

function archiveOf(...members: Member[]): Readable {
  const packed = pack();
  for (const { data = '', ...header } of members) packed.entry(header, data);
  packed.finalize();
  return Readable.from(packed);
}

describe('18 the archive of a container, by the API', () => {
  const daemon = new TestDaemon();
  const docker = new CommandLine('docker', daemon.host);
  withDaemon(daemon, ['alpine']);

  const place = (name: string, path: string, more = '') =>
    `/containers/${name}/archive?path=${encodeURIComponent(path)}${more}`;
  const get = (name: string, path: string) => daemon.request(place(name, path));
  const put = (name: string, path: string, options: { members?: Member[]; body?: Readable; query?: string } = {}) =>
    daemon.request(place(name, path, options.query), {
      method: 'PUT',
      body: options.body ?? archiveOf(...(options.members ?? [{ name: 'file', data: 'put' }])),
    });
  const message = (answer: { body: unknown }) => (answer.body as { message: string }).message;
  const running = (name: string, ...options: string[]) =>
    docker.ok('run', '-d', '--name', name, ...options, 'alpine', 'sleep', '600');
  const mountsOfDaemon = () => mountPoints().filter((path) => path.startsWith(daemon.folder));
  const openFiles = () => readdirSync(`/proc/${daemon.pid}/fd`).length;

  test('18.1 leaves no trace: not in the mount tables, not in the daemon', async () => {
    await running('traced', '-v', 'traced_volume:/data', '-v', `${daemon.folder}:/host:ro`, '--tmpfs', '/scratch');
    const inside = () => docker.ok('exec', 'traced', 'cat', '/proc/self/mountinfo');
    await get('traced', '/data');
    const before = { inside: await inside(), outside: mountsOfDaemon(), files: openFiles() };
    for (let round = 0; round < 20; round += 1) {
      expect((await put('traced', '/data')).status).toBe(200);
      expect((await get('traced', '/')).status).toBe(200);
      expect((await get('traced', '/missing')).status).toBe(404);
      expect((await put('traced', '/host')).status).toBe(400);
    }
    const opened = await openRequest(daemon.socket, place('traced', '/'));
    opened.destroy();
    expect(await inside()).toBe(before.inside);
    expect(mountsOfDaemon()).toEqual(before.outside);
    // Fewer, where the end of an exec had still been under way.
    await expect.poll(openFiles).toBeLessThanOrEqual(before.files);
    expect(await docker.ok('exec', 'traced', 'cat', '/data/file')).toBe('put');
    await docker.ok('rm', '-f', 'traced');
    await docker.ok('volume', 'rm', 'traced_volume');
  });

  test('18.4 never leads out, while the container swaps a folder for a link as fast as it can', async () => {
    const secret = join(daemon.folder, 'secret');
    mkdirSync(join(secret, 'folder'), { recursive: true, mode: 0o700 });
    writeFileSync(join(secret, 'file'), 'the host’s');
    const swap = [
      'mkdir /t/real; echo inside > /t/real/file; mv /t/real /t/x',
      `ln -s ${secret} /t/link`,
      'while :; do mv /t/x /t/real; mv /t/link /t/x; mv /t/x /t/link; mv /t/real /t/x; done',
    ].join('; ');
    await docker.ok('run', '-d', '--name', 'racer', '-v', '/t', 'alpine', 'sh', '-c', swap);
    for (const until = Date.now() + 4000; Date.now() < until; ) {
      await Promise.all([
        put('racer', '/t', {
          members: [
            { name: 'x/file', data: 'planted' },
            { name: 'x/folder', data: 'planted' },
          ],
        }),
        put('racer', '/t/x', { members: [{ name: 'planted', data: 'planted' }] }),
        ...['/t/x/file', '/t/x/', '/t'].map(async (path) =>
          expect(JSON.stringify((await get('racer', path)).body)).not.toContain('the host’s'),
        ),
      ]);
    }
    expect(readdirSync(secret).sort()).toEqual(['file', 'folder']);
    expect(readFileSync(join(secret, 'file'), 'utf8')).toBe('the host’s');
    expect(statSync(join(secret, 'folder')).isDirectory()).toBe(true);
    await docker.ok('rm', '-fv', 'racer');
  });

  test('18.4 a destination that is a link in the image is mounted where it leads, inside', async () => {
    await docker.ok(
      'run',
      '--name',
      'linker',
      'alpine',
      'sh',
      '-c',
      'mkdir /real; ln -s /real /var/link; ln -s /root /up',
    );
    await docker.ok('commit', 'linker', 'linked:1');
    await docker.ok('create', '--name', 'linked', '-v', 'linked_volume:/var/link', 'linked:1');
    expect((await put('linked', '/real')).status).toBe(200);
    expect((await put('linked', '/var/link', { members: [{ name: 'other' }] })).status).toBe(200);
    expect(await docker.ok('run', '--rm', '-v', 'linked_volume:/data', 'alpine', 'ls', '/data')).toBe('file\nother');
    await docker.ok('rm', 'linked', 'linker');
    await docker.ok('volume', 'rm', 'linked_volume');
    await docker.ok('rmi', 'linked:1');
  });

  test('18.2 and 17.3 answers in Docker’s words', async () => {
    const options = ['--read-only', '-v', 'sealed_1:/ro:ro', '-v', 'open_1:/rw', '--tmpfs', '/tmpfs'];
    await docker.ok('create', '--name', 'strict', ...options, 'alpine');
    const refusals = [
      await put('strict', '/tmp'),
      await put('strict', '/ro'),
      await put('strict', '/etc/passwd'),
      await put('strict', '/missing'),
      await get('strict', '/missing'),
      await get('strict', '/etc/passwd/x'),
      await put('strict', '/rw', { members: [{ name: '../x' }] }),
      await put('strict', '/rw', { body: Readable.from(['no archive at all'.repeat(100)]) }),
      await daemon.request('/containers/nobody/archive?path=/'),
    ];
    expect(refusals.map((answer) => [answer.status, message(answer)])).toEqual([
      [400, 'container rootfs is marked read-only'],
      [400, 'mounted volume is marked read-only'],
      [400, 'extraction point is not a directory'],
      [404, 'Could not find the file /missing in container strict'],
      [404, 'Could not find the file /missing in container strict'],
      [500, 'lstat /etc/passwd/x: not a directory'],
      [400, '"../x" is outside of "/rw"'],
      [400, 'archive/tar: invalid tar header'],
      [404, 'No such container: nobody'],
    ]);
    expect((await put('strict', '/rw')).status).toBe(200);
    await docker.ok('rm', 'strict');
    await docker.ok('volume', 'rm', 'sealed_1', 'open_1');
  });

  test('18.3 keeps kinds, changes owners, and takes compressed archives as asked', async () => {
    await docker.ok('create', '--name', 'asked', '-u', '33:44', 'alpine');
    const folder: Member = { name: 'kind', type: 'directory' };
    expect((await put('asked', '/tmp', { members: [folder] })).status).toBe(200);
    const refused = await put('asked', '/tmp', { members: [{ name: 'kind' }], query: '&noOverwriteDirNonDir=1' });
    expect([refused.status, message(refused)]).toEqual([
      500,
      'cannot overwrite directory "/tmp/kind" with non-directory "/tmp"',
    ]);
    await put('asked', '/tmp', { members: [{ name: 'kind', uid: 5, data: 'a file' }], query: '&copyUIDGID=1' });
    const zipped = gzipSync(
      Buffer.concat(await Readable.from(archiveOf({ name: 'zipped', uid: 5, gid: 6 })).toArray()),
    );
    expect((await put('asked', '/tmp', { body: Readable.from([zipped]) })).status).toBe(200);
    await docker.ok('commit', 'asked', 'asked:1');
    const stat = ['stat', '-c', '%n %u:%g %s', '/tmp/kind', '/tmp/zipped'];
    expect(await docker.ok('run', '--rm', 'asked:1', ...stat)).toBe('/tmp/kind 33:44 6\n/tmp/zipped 5:6 0');
    await docker.ok('rm', 'asked');
    await docker.ok('rmi', 'asked:1');
  });

  test('18.1 a container that is being copied starts and goes only after, and a copy given up holds nothing', async () => {
    await docker.ok('create', '--name', 'held', '-v', 'held_volume:/data', 'alpine', 'cat', '/etc/passwd');
    const copy = await openRequest(daemon.socket, place('held', '/'));
    let started = false;
    const start = daemon.request('/containers/held/start', { method: 'POST' }).then((answer) => {
      started = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(started).toBe(false);
    copy.destroy();
    expect((await start).status).toBe(204);
    await docker.ok('wait', 'held');

    const other = await openRequest(daemon.socket, place('held', '/'));
    const removal = docker.ok('rm', '-v', 'held');
    for await (const _chunk of other);
    await removal;
    await docker.ok('volume', 'rm', 'held_volume');
  });

  test('18.1 a running container ends and goes while it is being copied, its anonymous volume too', async () => {
    await running('leaving', '-v', '/data');
    const copy = await openRequest(daemon.socket, place('leaving', '/'));
    await docker.ok('rm', '-fv', 'leaving');
    expect(await docker.ok('volume', 'ls', '-q')).toBe('');
    copy.destroy();
    expect((await daemon.request('/containers/leaving/json')).status).toBe(404);
  });

  test('18.5 tells of each copy by events', async () => {
    await docker.ok('create', '--name', 'told', '-v', 'told_volume:/data', 'alpine');
    const since = (Date.now() / 1000).toFixed(3);
    await daemon.request(place('told', '/data'), { method: 'HEAD' });
    await put('told', '/data');
    await get('told', '/data/file');
    const events = async () => {
      const until = (Date.now() / 1000).toFixed(3);
      const format = ['--format', '{{.Type}} {{.Action}}'];
      return (await docker.ok('events', '--since', since, '--until', until, ...format)).split('\n');
    };
    // A copy out is over for the daemon a moment after its client has read the end.
    await expect
      .poll(events)
      .toEqual([
        ...['volume mount', 'volume unmount'],
        ...['volume mount', 'volume unmount', 'container extract-to-dir'],
        ...['volume mount', 'container archive-path', 'volume unmount'],
      ]);
    await docker.ok('rm', 'told');
    await docker.ok('volume', 'rm', 'told_volume');
  });
});
