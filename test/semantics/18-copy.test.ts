import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { TestDaemon } from '../support/daemon.ts';
import { withDaemon } from '../support/engine.ts';
import { mountPoints } from '../support/traces.ts';

const daemon = new TestDaemon();
const docker = new CommandLine('docker', daemon.host);
const holdfast = new CommandLine('holdfast', daemon.host);
withDaemon(daemon, ['alpine']);

const here = (name: string) => join(daemon.folder, 'here', name);
const mountsOfDaemon = () => mountPoints().filter((path) => path.startsWith(`${daemon.folder}/`));

beforeAll(() => {
  mkdirSync(here('bound'), { recursive: true });
  writeFileSync(here('file'), 'from the host');
  writeFileSync(here('bound/file'), 'in the bind');
});

describe.each([docker, holdfast])('18 docker cp and volumes, by $name', (cli) => {
  const box = `box-${cli.name}`;

  /** Copies a file of the container to the host. @returns its content. */
  async function read(path: string): Promise<string> {
    await cli.ok('cp', `${box}:${path}`, here('out'));
    return readFileSync(here('out'), 'utf8');
  }

  it('18.1 goes through volumes and binds both ways, stopped and running', async () => {
    const options = ['-v', `${box}:/data`, '-v', `${here('bound')}:/bound`];
    await cli.ok('create', '--name', box, ...options, 'alpine', 'sleep', '600');
    const before = mountsOfDaemon();
    for (const state of ['stopped', 'running']) {
      for (const folder of ['/data', '/bound']) {
        await cli.ok('cp', here('file'), `${box}:${folder}/${state}`);
        expect(await read(`${folder}/${state}`)).toBe('from the host');
      }
      expect(await read('/bound/file')).toBe('in the bind');
      if (state === 'stopped') expect(mountsOfDaemon()).toEqual(before);
      await cli.ok('start', box);
    }
    expect(await cli.ok('exec', box, 'ls', '/data', '/bound')).toContain('running\nstopped');
    expect(readdirSync(here('bound')).sort()).toEqual(['file', 'running', 'stopped']);
    await cli.ok('rm', '-fv', box);
  });

  it('18.2 says what is not there with the container as it was typed', async () => {
    const id = await cli.ok('create', '--name', box, 'alpine');
    for (const typed of [box, id, id.slice(0, 7)]) {
      const out = await cli.run(['cp', `${typed}:/missing`, here('out')]);
      const into = await cli.run(['cp', here('file'), `${typed}:/missing/file`]);
      expect([out.exitCode, into.exitCode]).toEqual([1, 1]);
      expect(out.stderr).toContain(`Could not find the file /missing in container ${typed}`);
      expect(into.stderr).toContain(`Could not find the file /missing in container ${typed}`);
    }
    await cli.ok('rm', box);
  });

  it('17.3 does not write to what is read-only', async () => {
    const options = ['--read-only', '-v', `${box}:/data:ro`, '-v', `${here('bound')}:/bound:ro`, '-v', '/open'];
    await cli.ok('create', '--name', box, ...options, 'alpine', 'sleep', '600');
    for (const state of ['stopped', 'running']) {
      const refusal = async (path: string) => (await cli.run(['cp', here('file'), `${box}:${path}`])).stderr;
      expect(await refusal('/data/x')).toContain('mounted volume is marked read-only');
      expect(await refusal('/bound/x')).toContain('mounted volume is marked read-only');
      expect(await refusal('/tmp/x')).toContain('container rootfs is marked read-only');
      expect([state, await refusal('/open/x')]).toEqual([state, '']);
      await cli.ok('start', box);
    }
    expect(readdirSync(here('bound'))).not.toContain('x');
    await cli.ok('rm', '-fv', box);
  });

  it('18.3 does not see what is in a tmpfs, and does not reach it', async () => {
    const options = ['--tmpfs', '/short', '--mount', 'type=tmpfs,dst=/long'];
    await cli.ok('run', '-d', '--name', box, ...options, 'alpine', 'sh', '-c', 'touch /short/x /long/x; sleep 600');
    await expect.poll(() => cli.ok('exec', box, 'ls', '/short', '/long')).toBe('/long:\nx\n\n/short:\nx');
    for (const folder of ['/short', '/long']) {
      expect((await cli.run(['cp', `${box}:${folder}/x`, here('out')])).exitCode).toBe(1);
      await cli.run(['cp', here('file'), `${box}:${folder}/y`]);
      expect(await cli.ok('exec', box, 'ls', folder)).toBe('x');
    }
    await cli.ok('rm', '-f', box);
  });

  it('18.3 mounts each volume once for each call: two for a copy in', async () => {
    await cli.ok('create', '--name', box, '-v', `${box}:/data`, 'alpine');
    const since = (Date.now() / 1000).toFixed(3);
    await cli.ok('cp', here('file'), `${box}:/data`);
    const until = (Date.now() / 1000).toFixed(3);
    const filter = ['--filter', `volume=${box}`, '--format', '{{.Action}} {{.Actor.Attributes.destination}}'];
    const events = (await docker.ok('events', '--since', since, '--until', until, ...filter)).split('\n');
    expect(events.map((event) => event.replace('<no value>', '').trim())).toEqual([
      ...['mount /data', 'unmount'],
      ...['mount /data', 'unmount'],
    ]);
    await cli.ok('rm', '-v', box);
  });

  it('18.4 works where a mount’s destination goes through an absolute link, as /var/run does', async () => {
    await cli.ok(
      'run',
      '--name',
      'linking',
      'alpine',
      'sh',
      '-c',
      'mkdir -p /run; rm -rf /var/run; ln -s /run /var/run',
    );
    await cli.ok('commit', 'linking', 'linking:1');
    const mounts = ['-v', `linked-${box}:/var/run/data`, '-v', `${daemon.socket}:/var/run/docker.sock`];
    await cli.ok('create', '--name', box, ...mounts, 'linking:1', 'sleep', '600');
    for (const state of ['stopped', 'running']) {
      await cli.ok('cp', here('file'), `${box}:/var/run/data/${state}`);
      expect(await read(`/run/data/${state}`)).toBe('from the host');
      await cli.ok('start', box);
    }
    expect(await cli.ok('exec', box, 'ls', '/run/data')).toBe('running\nstopped');
    await cli.ok('rm', '-fv', box, 'linking');
    await cli.ok('rmi', 'linking:1');
  });

  it('18.4 makes no relative link that leads out of where it copies to', async () => {
    const trap = 'mkdir -p /t/in; ln -s ../../../out /t/in/up; ln -s ../in /t/in/round; ln -s /etc /t/in/absolute';
    await cli.ok('run', '--name', box, 'alpine', 'sh', '-c', trap);
    const to = here(`taken-${cli.name}`);
    mkdirSync(to);
    const out = await cli.run(['cp', `${box}:/t/in/up`, to]);
    expect([out.exitCode, out.stderr]).toEqual([1, expect.stringContaining('invalid symlink')]);
    expect(readdirSync(to)).toEqual([]);
    await cli.ok('cp', `${box}:/t/in/absolute`, to);
    expect(readlinkSync(join(to, 'absolute'))).toBe('/etc');

    symlinkSync('../../../out', join(to, 'up'));
    const into = await cli.run(['cp', join(to, 'up'), `${box}:/srv`]);
    expect([into.exitCode, into.stderr]).toEqual([
      1,
      expect.stringContaining('invalid symlink "/srv/up" -> "../../../out"'),
    ]);
    await cli.ok('rm', box);
  });
});

describe('18 docker cp and volumes, against a hostile container', () => {
  it('18.4 mounts nothing on the host, while a volume’s place is swapped for a link to it', async () => {
    const secret = here('secret');
    mkdirSync(join(secret, 'data'), { recursive: true });
    writeFileSync(join(secret, 'data/file'), 'the host’s');
    const swap = `ln -s ${secret} /link; while :; do mv /w /real; mv /link /w; mv /w /link; mv /real /w; done`;
    await docker.ok('run', '-d', '--name', 'swapper', '-v', 'swapped:/w/data', 'alpine', 'sh', '-c', swap);
    const before = mountsOfDaemon();
    for (let round = 0; round < 6; round += 1) {
      const copied = await Promise.all([
        docker.run(['cp', here('file'), 'swapper:/w/data/planted']),
        docker.run(['cp', 'swapper:/w/data/file', '-']),
        holdfast.run(['cp', here('file'), 'swapper:/w/data/']),
      ]);
      expect(JSON.stringify(copied)).not.toContain('the host’s');
      expect(mountsOfDaemon()).toEqual(before);
    }
    expect(readdirSync(join(secret, 'data'))).toEqual(['file']);
    expect(readFileSync(join(secret, 'data/file'), 'utf8')).toBe('the host’s');
    await docker.ok('rm', '-f', 'swapper');
  });
});
