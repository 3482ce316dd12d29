import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';
import { mountPoints } from '../../support/traces.ts';

const shell = (command: string) => ['alpine', 'sh', '-c', command];

eachCommandLine('options of the local driver', ['alpine'], ({ cli, daemon }) => {
  const create = (name: string, ...options: string[]) =>
    cli.run(['volume', 'create', ...options.flatMap((option) => ['--opt', option]), name]);
  const mountpoint = (name: string) => cli.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', name);

  test('tmpfs: mounted on first use, unmounted after the last', async () => {
    await create('memory', 'type=tmpfs', 'device=tmpfs', 'o=size=2m,uid=1000,mode=750');
    const path = await mountpoint('memory');
    expect(mountPoints()).not.toContain(path);
    for (const name of ['first', 'second']) {
      await cli.ok('run', '-d', '--name', name, '-v', 'memory:/data', 'alpine', 'sleep', '600');
    }
    expect(mountPoints().filter((mounted) => mounted === path)).toHaveLength(1);
    expect(await cli.ok('exec', 'first', 'stat', '-c', '%u %a', '/data')).toBe('1000 750');
    await cli.ok('exec', 'first', 'touch', '/data/seen');
    expect(await cli.ok('exec', 'second', 'ls', '/data')).toBe('seen');
    await cli.ok('rm', '-f', 'first');
    expect(mountPoints()).toContain(path);
    await cli.ok('rm', '-f', 'second');
    expect(mountPoints()).not.toContain(path);
  });

  test('bind: the folder itself', async () => {
    const folder = join(daemon.folder, 'device');
    mkdirSync(folder);
    writeFileSync(join(folder, 'there'), 'before\n');
    await create('bound', 'type=none', 'o=bind', `device=${folder}`);
    expect(await cli.ok('run', '--rm', '-v', 'bound:/data', ...shell('cat /data/there; echo after > /data/new'))).toBe(
      'before',
    );
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('after\n');
    await cli.ok('volume', 'rm', 'bound');
    expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('before\n');
  });

  test('a wrong device fails at start, with the reason', async () => {
    expect((await create('broken', 'type=none', 'o=bind', 'device=/nosuch/folder')).exitCode).toBe(0);
    const { exitCode, stderr } = await cli.run(['run', '--rm', '-v', 'broken:/data', ...shell('true')]);
    // The docker client takes "no such file" for a missing program, whatever it was that was missing.
    expect(exitCode).toBe(cli.name === 'docker' ? 127 : 125);
    expect(stderr).toContain('failed to mount local volume');
    expect(stderr).toContain('no such file or directory');
    await cli.ok('volume', 'rm', 'broken');
  });

  test('a password stays out of messages', async () => {
    await create('share', 'type=cifs', 'device=//127.0.0.1/nosuch', 'o=addr=127.0.0.1,username=me,password=hunter2');
    const { exitCode, stderr } = await cli.run(['run', '--rm', '-v', 'share:/data', ...shell('true')]);
    expect(exitCode).toBe(125);
    expect(stderr).not.toContain('hunter2');
    expect(daemon.log()).not.toContain('hunter2');
  });

  test.each([
    [['speed=fast'], 'invalid option: "speed"'],
    [['type=tmpfs'], 'missing required option: "device"'],
    [['device=tmpfs'], 'missing required option: "type"'],
    [['o=uid=1'], 'missing required option'],
  ])('refuses %j', async (options, reason) => {
    const { exitCode, stderr } = await create('refused', ...options);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(reason);
    expect(await cli.ok('volume', 'ls', '-q')).not.toContain('refused');
  });
});
