import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

const shell = (command: string) => ['alpine', 'sh', '-c', command];

eachCommandLine('data outlives its container', ['alpine'], ({ cli, daemon }) => {
  const run = (...args: string[]) => cli.ok('run', '--rm', ...args);

  const volumeNames = async () => (await cli.ok('volume', 'ls', '-q')).split('\n').filter((name) => name !== '');

  test('a new container reads what a removed one wrote', async () => {
    await cli.ok('run', '--name', 'writer', '-v', 'my_volume:/data', ...shell('echo kept > /data/f'));
    await cli.ok('rm', 'writer');
    expect(await run('-v', 'my_volume:/data', ...shell('cat /data/f'))).toBe('kept');
    expect(await volumeNames()).toContain('my_volume');
  });

  test('a bind mount goes both directions', async () => {
    const folder = join(daemon.folder, 'shared');
    mkdirSync(folder);
    writeFileSync(join(folder, 'from-host'), 'host\n');
    const seen = await run(
      '-v',
      `${folder}:/mnt`,
      ...shell('cat /mnt/from-host; echo container > /mnt/from-container'),
    );
    expect(seen).toBe('host');
    expect(readFileSync(join(folder, 'from-container'), 'utf8')).toBe('container\n');
  });

  test('a bind mount of one file', async () => {
    const file = join(daemon.folder, 'settings');
    writeFileSync(file, 'a=1\n');
    expect(await run('-v', `${file}:/etc/settings:ro`, ...shell('cat /etc/settings'))).toBe('a=1');
  });

  test('an anonymous volume stays without --rm and goes with it', async () => {
    const before = await volumeNames();
    await run('-v', '/data', ...shell('echo x > /data/f'));
    expect(await volumeNames()).toEqual(before);

    await cli.ok('run', '--name', 'anonymous', '-v', '/data', ...shell('echo x > /data/f'));
    await cli.ok('rm', 'anonymous');
    const kept = (await volumeNames()).filter((name) => !before.includes(name));
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatch(/^[0-9a-f]{64}$/);

    await cli.ok('run', '--name', 'anonymous', '-v', '/data', '-v', 'named_too:/named', ...shell('true'));
    await cli.ok('rm', '-v', 'anonymous');
    expect((await volumeNames()).filter((name) => ![...before, ...kept].includes(name))).toEqual(['named_too']);
  });

  test('two running containers share a volume', async () => {
    for (const name of ['left', 'right']) {
      await cli.ok('run', '-d', '--name', name, '-v', 'shared:/data', 'alpine', 'sleep', '600');
    }
    await cli.ok('exec', 'left', 'sh', '-c', 'echo 1 > /data/from-left');
    expect(await cli.ok('exec', 'right', 'cat', '/data/from-left')).toBe('1');
    await cli.ok('exec', 'right', 'sh', '-c', 'echo 2 > /data/from-right');
    expect(await cli.ok('exec', 'left', 'cat', '/data/from-right')).toBe('2');
    await cli.ok('rm', '-f', 'left', 'right');
  });

  test(':ro refuses writes, reads work', async () => {
    await run('-v', 'shared_ro:/data', ...shell('echo readable > /data/f'));
    expect(await run('-v', 'shared_ro:/data:ro', ...shell('cat /data/f'))).toBe('readable');
    const { exitCode, stderr } = await cli.run([
      'run',
      '--rm',
      '-v',
      'shared_ro:/data:ro',
      ...shell('echo x > /data/g'),
    ]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Read-only file system');
    expect(await run('-v', 'shared_ro:/data', ...shell('ls /data'))).toBe('f');
  });

  test('--mount says the same in long words', async () => {
    await run('--mount', 'type=volume,source=long_words,target=/data', ...shell('echo long > /data/f'));
    const readOnly = 'type=volume,src=long_words,dst=/data,readonly';
    expect(await run('--mount', readOnly, ...shell('cat /data/f; touch /data/g 2>/dev/null || echo refused'))).toBe(
      'long\nrefused',
    );
    const missing = await cli.run(['run', '--rm', '--mount', `type=bind,src=${daemon.folder}/nosuch,dst=/x`, 'alpine']);
    expect(missing.exitCode).toBe(125);
    expect(missing.stderr).toContain('bind source path does not exist');
  });

  test('tmpfs is memory, and is gone afterwards', async () => {
    const kind = 'awk \'$2 == "/scratch" { print $3 }\' /proc/mounts';
    expect(await run('--tmpfs', '/scratch:size=1m', ...shell(kind))).toBe('tmpfs');
    expect(await run('--mount', 'type=tmpfs,dst=/scratch', ...shell(kind))).toBe('tmpfs');
  });

  test('--volumes-from takes the mounts of another container', async () => {
    await cli.ok('create', '--name', 'origin', '-v', 'inherited:/data', 'alpine');
    await run('--volumes-from', 'origin', ...shell('echo inherited > /data/f'));
    const readOnly = await cli.run([
      'run',
      '--rm',
      '--volumes-from',
      'origin:ro',
      ...shell('cat /data/f; touch /data/g'),
    ]);
    expect(readOnly.stdout).toBe('inherited\n');
    expect(readOnly.exitCode).toBe(1);
    await cli.ok('rm', 'origin');
    expect(await run('-v', 'inherited:/data', ...shell('cat /data/f'))).toBe('inherited');
  });

  test('inspect shows what is mounted', async () => {
    await cli.ok('create', '--name', 'shown', '-v', 'shown_volume:/data:ro', '-v', '/var/log:/host', 'alpine');
    const mounts: Array<{ Destination: string }> = JSON.parse(
      await cli.ok('inspect', '-f', '{{json .Mounts}}', 'shown'),
    );
    const [volume, bind] = mounts.sort((a, b) => (a.Destination < b.Destination ? -1 : 1));
    expect(volume).toMatchObject({ Type: 'volume', Name: 'shown_volume', Driver: 'local', RW: false, Mode: 'ro' });
    expect(bind).toMatchObject({ Type: 'bind', Source: '/var/log', RW: true, Propagation: 'rprivate' });
    await cli.ok('rm', 'shown');
  });
});
