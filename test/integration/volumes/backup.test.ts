import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { siteFolder } from '../../images/index.ts';
import { eachCommandLine } from '../../support/engine.ts';
import { readTree } from '../../support/tree.ts';

/** Things a backup easily loses, made inside the volume. */
const awkward = [
  'cd /data',
  'mkdir -p deep/er empty',
  'echo secret > deep/er/key && chmod 600 deep/er/key && chown 1234:4321 deep/er/key',
  'ln -s deep/er/key pointer && ln -s /nowhere dangling && ln deep/er/key twin',
  'head -c 3000000 /dev/urandom > noise',
  'touch "name with spaces" "naïve" .hidden',
  'chmod 2770 empty && chown 7:7 empty',
];

eachCommandLine('backup and restore with tar', ['alpine', 'nginx'], ({ cli, daemon }) => {
  const mountpoint = (name: string) => cli.ok('volume', 'inspect', '--format', '{{.Mountpoint}}', name);

  test('the restored volume is identical', async () => {
    const folder = join(daemon.folder, 'backups');
    mkdirSync(folder);
    await cli.ok('run', '--rm', '-v', 'my_volume:/data', 'alpine', 'sh', '-c', awkward.join(' && '));

    const backup = ['tar', 'czf', '/backup/backup.tar.gz', '/data'];
    await cli.ok('run', '--rm', '-v', 'my_volume:/data', '-v', `${folder}:/backup`, 'alpine', ...backup);
    expect(statSync(join(folder, 'backup.tar.gz')).size).toBeGreaterThan(3_000_000);

    const restore = ['tar', 'xzf', '/backup/backup.tar.gz', '-C', '/'];
    await cli.ok('run', '--rm', '-v', 'restored:/data', '-v', `${folder}:/backup`, 'alpine', ...restore);

    const tree = await readTree(await mountpoint('restored'));
    expect(tree).toEqual(await readTree(await mountpoint('my_volume')));
    expect(tree.length).toBeGreaterThan(10);
  });

  test('through a pipe, from a container that is running', async () => {
    await cli.ok('run', '-d', '--name', 'site', '-v', `live:${siteFolder}`, 'nginx');
    const archive = await cli.binary(['exec', 'site', 'tar', 'cf', '-', '-C', siteFolder, '.']);
    expect(archive.exitCode).toBe(0);
    const unpack = ['run', '--rm', '-i', '-v', 'piped:/data', 'alpine', 'tar', 'xf', '-', '-C', '/data'];
    expect(await cli.run(unpack, { input: archive.stdout })).toMatchObject({ exitCode: 0, stderr: '' });
    // busybox tar knows neither extended attributes nor owners of symbolic links: all the rest has to be the same.
    const plain = async (name: string) =>
      (await readTree(await mountpoint(name))).filter((line) => !/^(user\.|# file)| link /.test(line));
    expect(await plain('piped')).toEqual(await plain('live'));
    await cli.ok('rm', '-f', 'site');
  });
});
