import { chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { siteFolder } from '../images/index.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { runProgram } from '../support/program.ts';
import { mountPoints } from '../support/traces.ts';

/*
 * Mounts that show other owners than are on disk: docs/volumes.md, "Who owns the files".
 */

const daemon = new TestDaemon();
const holdfast = new CommandLine('holdfast', daemon.host);
const docker = new CommandLine('docker', daemon.host);
withDaemon(daemon, ['alpine', 'nginx']);

const ownerOf = (path: string): string => `${statSync(path).uid}:${statSync(path).gid}`;
const look = ['sh', '-c', 'umask 77; echo new > /data/new && stat -c %u:%g /data /data/*'];
const places = (): string => join(daemon.execRoot, 'places');

function hostFolder(name: string): string {
  const folder = join(daemon.folder, name);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, 'file'), '', { mode: 0o600 });
  writeFileSync(join(folder, 'roots'), '', { mode: 0o600 });
  for (const path of [folder, join(folder, 'file')]) chownSync(path, 1234, 567);
  return folder;
}

describe('30 ownership: id-mapped mounts', () => {
  it('ownership: bind-idmap shows the owner of a folder as the container’s user, and changes nothing', async () => {
    const folder = hostFolder('bound');
    const mount = `type=bind,src=${folder},dst=/data,bind-idmap`;
    const seen = await holdfast.ok('run', '--rm', '-u', '1000:1000', '--mount', mount, 'alpine', ...look);
    expect(seen.split('\n')).toEqual(['1000:1000', '1000:1000', '1000:1000', '0:0']);
    expect(['', 'file', 'new', 'roots'].map((name) => ownerOf(join(folder, name)))).toEqual([
      '1234:567',
      '1234:567',
      '1234:567',
      '0:0',
    ]);
    expect(readdirSync(places())).toEqual([]);
  });

  it('ownership: two containers of different users share one volume, by -v volume:/path:idmap of either client', async () => {
    const volume = ['-v', 'shared:/data:idmap', 'alpine', 'sh', '-c'];
    await docker.ok('run', '--rm', '-u', '1000', ...volume, 'umask 77; echo one > /data/one');
    expect(await holdfast.ok('run', '--rm', '-u', '33:33', ...volume, 'echo two >> /data/one; cat /data/one')).toBe(
      'one\ntwo',
    );
    const root = await docker.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', 'shared');
    expect(ownerOf(join(root, 'one'))).toBe('0:0');
  });

  it('ownership: a user can be named, and is looked up in the image; the API has Docker’s draft', async () => {
    const folder = hostFolder('named');
    const IDMapping = { Source: 'match-user', User: 'nobody' };
    const Mounts = [{ Type: 'bind', Source: folder, Target: '/data', BindOptions: { IDMapping } }];
    const body = { Image: 'nginx', Cmd: ['stat', '-c', '%U', '/data'], Entrypoint: [], HostConfig: { Mounts } };
    const created = await daemon.request('/containers/create?name=named', { method: 'POST', body });
    expect(created.status).toBe(201);
    expect(await docker.ok('start', '--attach', 'named')).toBe('nobody');
    const inspected = JSON.parse(await docker.ok('inspect', '--format', '{{json .HostConfig.Mounts}}', 'named'));
    expect(((await daemon.request('/containers/named/json')).body as { HostConfig: object }).HostConfig).toMatchObject({
      Mounts,
    });
    expect(inspected).toHaveLength(1);
  });

  it('ownership: a volume by volume-idmap, read-only, a single file, and again after a restart', async () => {
    const folder = hostFolder('single');
    const mounts = [
      ...['--mount', 'src=mapped,dst=/data,volume-idmap=match-user:1000:50,readonly'],
      ...['-v', `${join(folder, 'file')}:/file:idmap`],
    ];
    const script = 'stat -c %u:%g /data /file; touch /data/x 2>&1 || echo refused';
    await holdfast.ok('create', '--name', 'mapped', '-u', '1000:1000', ...mounts, 'alpine', 'sh', '-c', script);
    const expected = /^1000:50\n1000:1000\ntouch: .*Read-only file system\nrefused$/;
    expect(await holdfast.ok('start', '--attach', 'mapped')).toMatch(expected);
    expect(await docker.ok('start', '--attach', 'mapped')).toMatch(expected);
  });

  it('ownership: a volume that was seeded for its user needs no mapping', async () => {
    const command = ['nginx', 'stat', '-c', '%u:%g', siteFolder, `${siteFolder}/private.key`];
    const seen = await docker.ok('run', '--rm', '-u', '101:102', '-v', `seeded:${siteFolder}:idmap`, ...command);
    expect(seen).toBe('101:102\n0:0');
  });

  it('ownership: where it cannot be done the start fails with the reason, and nothing is left', async () => {
    const run = ['run', '--rm', '-u', '1000', '-v', '/proc/sys:/data:ro,idmap', 'alpine', 'true'];
    const failed = await docker.run(run);
    expect(failed.exitCode).not.toBe(0);
    expect(failed.stderr).toMatch(
      /cannot show the owner of \/proc\/sys as 1000:0 by an id-mapped mount.*invalid argument/,
    );
    expect(mountPoints().filter((path) => path.startsWith(daemon.folder))).toEqual([]);
    const refused = await docker.run(['create', '-v', 'any:/data:idmap,U', 'alpine']);
    expect(refused.stderr).toContain('invalid mode: idmap,U');
  });

  it('ownership: what a killed daemon left of a start is cleared by the next', async () => {
    const place = join(places(), `${'0'.repeat(64)}-0`);
    mkdirSync(place, { recursive: true });
    expect((await runProgram(['mount', '--bind', daemon.dataRoot, place])).exitCode).toBe(0);
    await daemon.kill();
    await daemon.start();
    expect(mountPoints()).not.toContain(place);
    expect(existsSync(place)).toBe(false);
    expect(existsSync(join(daemon.dataRoot, 'volumes', 'shared'))).toBe(true);
  });
});
