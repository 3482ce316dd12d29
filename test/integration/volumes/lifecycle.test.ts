import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('the life of a volume', [], ({ cli, daemon }) => {
  test('create, list, inspect, remove', async () => {
    expect(await cli.ok('volume', 'create', 'my_volume')).toBe('my_volume');
    expect(await cli.ok('volume', 'ls')).toBe('DRIVER    VOLUME NAME\nlocal     my_volume');

    const [volume] = JSON.parse(await cli.ok('volume', 'inspect', 'my_volume'));
    expect(volume).toMatchObject({ Name: 'my_volume', Driver: 'local', Scope: 'local' });
    expect(volume.Mountpoint).toBe(`${daemon.dataRoot}/volumes/my_volume/_data`);
    expect(volume.CreatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
    expect(volume.Labels ?? {}).toEqual({});
    expect(volume.Options ?? {}).toEqual({});
    expect(statSync(volume.Mountpoint)).toMatchObject({ uid: 0, gid: 0 });

    expect(await cli.ok('volume', 'rm', 'my_volume')).toBe('my_volume');
    expect(await cli.ok('volume', 'ls', '-q')).toBe('');
    expect(existsSync(dirname(volume.Mountpoint))).toBe(false);
  });

  test('creating a volume again changes nothing', async () => {
    await cli.ok('volume', 'create', '--label', 'tier=gold', 'again');
    const before = await cli.ok('volume', 'inspect', 'again');
    expect(await cli.ok('volume', 'create', '--label', 'tier=lead', 'again')).toBe('again');
    expect(await cli.ok('volume', 'inspect', 'again')).toBe(before);
    expect(await cli.ok('volume', 'inspect', '--format', '{{index .Labels "tier"}}', 'again')).toBe('gold');
  });

  test('a volume without a name gets one', async () => {
    const name = await cli.ok('volume', 'create');
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    const labels = JSON.parse(await cli.ok('volume', 'inspect', '--format', '{{json .Labels}}', name));
    expect(labels).toEqual({ 'com.docker.volume.anonymous': '' });
  });

  test('several at once', async () => {
    for (const name of ['one_a', 'one_b']) await cli.ok('volume', 'create', name);
    const both = JSON.parse(await cli.ok('volume', 'inspect', 'one_a', 'one_b'));
    expect(both.map((volume: { Name: string }) => volume.Name)).toEqual(['one_a', 'one_b']);
    const removal = await cli.run(['volume', 'rm', 'one_a', 'nosuch', 'one_b']);
    expect(removal).toMatchObject({ exitCode: 1, stdout: 'one_a\none_b\n' });
    expect(removal.stderr).toMatch(/no such volume/i);
  });

  test.each([
    ['a', 'volume name is too short'],
    ['no/slash', 'includes invalid characters for a local volume name'],
    ['-dash', ''],
    ['.dot', 'includes invalid characters'],
  ])('refuses the name %s', async (name, reason) => {
    const { exitCode, stderr } = await cli.run(['volume', 'create', '--', name]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(reason);
  });

  test('says what is wrong', async () => {
    const missing = await cli.run(['volume', 'inspect', 'nosuch']);
    expect(missing).toMatchObject({ exitCode: 1, stdout: '[]\n' });
    expect(missing.stderr).toMatch(/no such volume/i);
    expect((await cli.run(['volume', 'rm', '-f', 'nosuch'])).exitCode).toBe(0);
    const driver = await cli.run(['volume', 'create', '-d', 'nosuchdriver', 'other']);
    expect(driver.stderr).toContain('plugin "nosuchdriver" not found');
  });
});
