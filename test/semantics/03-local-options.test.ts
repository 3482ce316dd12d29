import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hungFileSystem } from '../../src/host/testsuite/hung-file-system.ts';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { mountPoints } from '../support/traces.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
const holdfast = new CommandLine('holdfast', daemon.host);
withDaemon(daemon, ['alpine']);

type Options = Record<string, string>;
const create = (Name: string, DriverOpts: Options) =>
  daemon.request('/volumes/create', { method: 'POST', body: { Name, DriverOpts } });
const refusal = async (options: Options) => {
  const { status, body } = await create('refused', options);
  return `${status} ${(body as { message?: string }).message}`;
};
const pathOf = (name: string) => join(daemon.dataRoot, 'volumes', name, '_data');
const run = (volume: string, command: string) =>
  docker.run(['run', '--rm', '-v', `${volume}:/data`, 'alpine', 'sh', '-c', command]);
const ran = async (volume: string, command: string) => {
  const { stdout, stderr, exitCode } = await run(volume, command);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
};

describe('3 options of the local driver: what create checks', () => {
  it.each<[Options, string]>([
    [{ speed: 'fast' }, 'invalid option: "speed"'],
    [{ type: 'tmpfs', speed: 'fast' }, 'invalid option: "speed"'],
  ])('3.1 an unknown option %j', async (options, reason) => {
    expect(await refusal(options)).toBe(`400 create refused: ${reason}`);
  });

  it.each<[Options, string]>([
    [{ type: 'tmpfs' }, 'missing required option: "device"'],
    [{ device: 'tmpfs' }, 'missing required option: "type"'],
    [{ o: 'uid=1' }, 'missing required option: "device"'],
  ])('3.2 one that needs others %j', async (options, reason) => {
    expect(await refusal(options)).toBe(`400 create refused: ${reason}`);
  });

  it('3.2 present but empty is present', async () => {
    expect((await create('emptied', { type: '', device: '', o: '' })).status).toBe(201);
    expect(await ran('emptied', 'touch /data/x; ls /data')).toBe('x');
  });

  it('3.3 a size', async () => {
    expect(await refusal({ size: 'much' })).toContain('400 create refused: ');
    const quota = '400 create refused: quota size requested but no quota support';
    expect(await refusal({ size: '10m', type: 'tmpfs', device: 'tmpfs' })).toBe(quota);
    expect((await create('unlimited', { size: '0' })).status).toBe(201);
    expect((await create('limited', { size: '10m' })).status).toBe(201);
    const written = await ran('limited', 'dd if=/dev/zero of=/data/file bs=1M count=20 2>&1; df -m /data | tail -1');
    expect(written).toContain('No space left on device');
    await docker.ok('volume', 'rm', 'limited');
  });

  it('3.5 a port in the device of a CIFS share', async () => {
    const device = '//storage:445/share';
    expect(await refusal({ type: 'cifs', device, o: 'username=me' })).toContain(
      '400 create refused: port not allowed in',
    );
  });
});

describe('3 options of the local driver: what a mount does', () => {
  it.each([docker, holdfast])('3.4 a wrong device fails the start, with the reason, by $name', async (cli) => {
    const name = `wrong_${cli.name}`;
    expect((await create(name, { type: 'ext4', device: '/no/such/device', o: 'noatime,data=journal' })).status).toBe(
      201,
    );
    const { exitCode, stderr } = await cli.run(['run', '--rm', '-v', `${name}:/data:nocopy`, 'alpine', 'true']);
    expect(exitCode).not.toBe(0);
    const path = pathOf(name);
    expect(stderr).toContain(
      `error while mounting volume '${path}': failed to mount local volume: mount /no/such/device:${path}`,
    );
    expect(stderr).toContain('data=journal: no such file or directory');
    expect((await daemon.request(`/volumes/${name}`, { method: 'DELETE' })).status).toBe(204);
  });

  it('3.5 a server whose name cannot be resolved fails the start, and says so', async () => {
    await create('unresolved', { type: 'nfs', device: ':/export', o: 'addr=no-such-host.invalid,rw' });
    const { stderr } = await run('unresolved', 'true');
    expect(stderr).toContain('error resolving passed in network volume address');
  });

  it('3.5 the name of a server is replaced by its address, and passwords are masked everywhere', async () => {
    await create('share', { type: 'cifs', device: '//localhost/a%20b', o: 'username=me,password=hunter2,vers=3.0' });
    await create('export', { type: 'nfs', device: ':/export', o: 'addr=localhost,password=hunter2' });
    const since = Math.floor(Date.now() / 1000) - 60;
    const share = await run('share', 'true');
    expect(share.stderr).toContain(
      `mount //127.0.0.1/a b:${pathOf('share')}, data: username=me,password=********,vers=3.0`,
    );
    const nfs = await run('export', 'true');
    expect(nfs.stderr).toContain('data: addr=127.0.0.1,password=********');
    const events = await daemon.request(`/events?since=${since}&until=${Math.ceil(Date.now() / 1000)}`);
    for (const text of [share.stderr, nfs.stderr, daemon.log(), JSON.stringify(events.body)]) {
      expect(text).not.toContain('hunter2');
    }
    // Whoever may ask gets the options back as they were given, as from Docker.
    expect(await docker.ok('volume', 'inspect', '--format', '{{.Options.o}}', 'share')).toContain('password=hunter2');
  });

  it('3.6 a bind: of the folder itself, with its flags, and never made', async () => {
    const device = join(daemon.folder, 'device');
    await create('bound', { type: 'none', device, o: 'bind,ro' });
    expect((await run('bound', 'true')).stderr).toContain('no such file or directory');
    mkdirSync(device);
    writeFileSync(join(device, 'there'), 'before');
    expect(await ran('bound', 'cat /data/there; touch /data/new 2>/dev/null || echo " read-only"')).toBe(
      'before read-only',
    );
    await docker.ok('volume', 'rm', 'bound');
    expect(readFileSync(join(device, 'there'), 'utf8')).toBe('before');
  });

  it('3.7 mounted by the first container, unmounted after the last', async () => {
    await create('memory', { type: 'tmpfs', device: 'tmpfs', o: 'size=2m,uid=1000,mode=750' });
    const mounted = () => mountPoints().filter((path) => path === pathOf('memory')).length;
    expect(mounted()).toBe(0);
    for (const name of ['first', 'second']) {
      await docker.ok('run', '-d', '--name', name, '-v', 'memory:/data', 'alpine', 'sleep', '600');
      expect(mounted()).toBe(1);
    }
    expect(await docker.ok('exec', 'first', 'stat', '-c', '%u %a', '/data')).toBe('1000 750');
    await docker.ok('exec', 'first', 'touch', '/data/seen');
    expect(await docker.ok('exec', 'second', 'ls', '/data')).toBe('seen');
    await docker.ok('rm', '-f', 'first');
    expect(mounted()).toBe(1);
    await docker.ok('rm', '-f', 'second');
    expect(mounted()).toBe(0);
    expect(readdirSync(pathOf('memory'))).toEqual([]);
  });

  it('3.7 a file system on a block device', async () => {
    const image = join(daemon.folder, 'disk');
    writeFileSync(image, '');
    truncateSync(image, 16 << 20);
    execFileSync('mkfs.ext4', ['-q', image]);
    const device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
    onTestFinished(() => void execFileSync('losetup', ['--detach', device]));
    await create('disk', { type: 'ext4', device });
    expect(await ran('disk', 'echo kept > /data/file; ls /data')).toBe('file\nlost+found');
    expect(await ran('disk', 'cat /data/file')).toBe('kept');
    expect(readdirSync(pathOf('disk'))).toEqual([]);
    await docker.ok('volume', 'rm', 'disk');
  });

  it('3.7 an overlay', async () => {
    const [lower = '', upper = '', work = ''] = ['lower', 'upper', 'work'].map((name) => join(daemon.folder, name));
    for (const folder of [lower, upper, work]) mkdirSync(folder);
    writeFileSync(join(lower, 'below'), '');
    await create('layered', {
      type: 'overlay',
      device: 'overlay',
      o: `lowerdir=${lower},upperdir=${upper},workdir=${work}`,
    });
    expect(await ran('layered', 'touch /data/above; ls /data')).toBe('above\nbelow');
    expect(readdirSync(upper)).toEqual(['above']);
    await docker.ok('volume', 'rm', 'layered');
    expect(readdirSync(lower)).toEqual(['below']);
  });

  it('3.7 a mount that hangs keeps no other volume and no request waiting, and ends with the daemon', async () => {
    const hung = join(daemon.folder, 'hung');
    hungFileSystem(hung);
    await docker.ok('volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', `device=${hung}/x`, 'hanging_bind');
    await docker.ok(
      'volume',
      'create',
      '-o',
      'type=overlay',
      '-o',
      'device=overlay',
      '-o',
      `o=lowerdir=${hung}/a:${hung}/b`,
      'hanging_overlay',
    );
    const hanging = ['hanging_bind', 'hanging_overlay', 'hanging_bind'].map((name) => run(name, 'true'));
    await create('other_disk', { type: 'overlay', device: 'overlay', o: `lowerdir=${daemon.folder}:/tmp` });
    expect(await ran('other_disk', 'echo works')).toBe('works');
    expect((await daemon.request('/volumes')).status).toBe(200);
    expect((await daemon.request('/volumes/hanging_bind')).status).toBe(200);
    await daemon.kill();
    await Promise.all(hanging);
    await daemon.start();
    await docker.ok('volume', 'rm', 'other_disk');
  });

  it('3.8 a removal takes nothing that lies elsewhere', async () => {
    const elsewhere = join(daemon.folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'precious'), '');
    await create('linked', {});
    execFileSync('rmdir', [pathOf('linked')]);
    execFileSync('ln', ['-s', elsewhere, pathOf('linked')]);
    const { status, body } = await daemon.request('/volumes/linked', { method: 'DELETE' });
    expect(status).toBe(500);
    expect(body).toMatchObject({
      message: expect.stringContaining('unable to remove a directory outside of the local volume root'),
    });
    expect(readdirSync(elsewhere)).toEqual(['precious']);
    execFileSync('rm', [pathOf('linked')]);
    expect((await daemon.request('/volumes/linked', { method: 'DELETE' })).status).toBe(204);
  });

  it('3.9 a volume with options is neither pruned nor measured', async () => {
    await create('optional', { size: '0' });
    await create('plain', {});
    const pruned = await daemon.request('/volumes/prune?filters={"all":["true"]}', { method: 'POST' });
    expect(pruned.body).toMatchObject({ VolumesDeleted: ['plain'] });
    const used = await daemon.request('/system/df');
    expect((used.body as { Volumes: Array<{ Name: string }> }).Volumes.map(({ Name }) => Name)).not.toContain(
      'optional',
    );
  });

  it('3.10 what copy-up puts into a tmpfs is gone with its mount, unless another container keeps it', async () => {
    await create('fleeting', { type: 'tmpfs', device: 'tmpfs' });
    const seeded = ['-v', 'fleeting:/etc', 'alpine'];
    await docker.ok('create', '--name', 'seeded', ...seeded, 'ls', '-A', '/etc');
    expect(mountPoints()).not.toContain(pathOf('fleeting'));
    expect(await docker.ok('start', '-a', 'seeded')).not.toContain('passwd');
    await docker.ok('run', '-d', '--name', 'keeper', '-v', 'fleeting:/data', 'alpine', 'sleep', '600');
    expect(statSync(pathOf('fleeting')).mode & 0o7777).toBe(0o1777);
    expect(await docker.ok('run', '--rm', ...seeded, 'ls', '/etc')).toContain('passwd');
    await docker.ok('rm', '-f', 'keeper', 'seeded');
  });
});
