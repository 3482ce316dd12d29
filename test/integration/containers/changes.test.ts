import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';
import { runProgram } from '../../support/program.ts';

eachCommandLine('what a container changed', ['alpine'], ({ cli, daemon }) => {
  test('diff', async () => {
    const command = 'echo x > /tmp/new; rm /etc/os-release; echo y >> /etc/group; mkdir /made; echo z > /data/hidden';
    await cli.ok('run', '--name', 'changer', '-v', 'kept_out:/data', 'alpine', 'sh', '-c', command);
    const lines = (await cli.ok('diff', 'changer')).split('\n').sort();
    expect(lines).toEqual(
      expect.arrayContaining(['A /made', 'A /tmp/new', 'C /etc', 'C /etc/group', 'C /tmp', 'D /etc/os-release']),
    );
    expect(lines.join('\n')).not.toContain('hidden');
    await cli.ok('rm', 'changer');
  });

  test('commit makes an image of it, without its volumes', async () => {
    await cli.ok(
      'run',
      '--name',
      'origin',
      '-v',
      'volume_1:/data',
      'alpine',
      'sh',
      '-c',
      'echo in > /image; echo out > /data/f; rm /etc/group',
    );
    const change = ['--change', 'CMD ["cat", "/image"]', '--change', 'ENV ADDED=1', '--author', 'me', '-m', 'why'];
    const id = await cli.ok('commit', ...change, 'origin', 'derived:v1');
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await cli.ok('run', '--rm', 'derived:v1')).toBe('in');
    expect(await cli.ok('run', '--rm', 'derived:v1', 'sh', '-c', 'echo $ADDED; ls /data; ls /etc')).not.toContain(
      'group',
    );
    const [image] = JSON.parse(await cli.ok('image', 'inspect', 'derived:v1'));
    expect(image).toMatchObject({ Id: id, Author: 'me', Comment: 'why', RepoTags: ['derived:v1'] });
    await cli.ok('rm', 'origin');
    await cli.ok('rmi', 'derived:v1');
  });

  test('export is the whole tree', async () => {
    await cli.ok('run', '--name', 'source', 'alpine', 'sh', '-c', 'echo exported > /mark; rm -r /home');
    const archive = join(daemon.folder, 'export.tar');
    await cli.ok('export', '-o', archive, 'source');
    const names = (await runProgram(['tar', 'tf', archive])).stdout
      .split('\n')
      .map((name) => name.replace(/^\.\//, ''));
    expect(names).toEqual(expect.arrayContaining(['mark', 'bin/busybox', 'etc/passwd']));
    expect(names.filter((name) => name.startsWith('home') || name.includes('.wh.'))).toEqual([]);
    await cli.ok('rm', 'source');
  });

  test('update, which a running container feels at once', async () => {
    const file = (v1: string, v2: string) =>
      cli.ok('exec', 'grown', 'sh', '-c', `cat /sys/fs/cgroup/${v1} 2>/dev/null || cat /sys/fs/cgroup/${v2}`);
    await cli.ok('run', '-d', '--name', 'grown', '--memory', '64m', 'alpine', 'sleep', '600');
    await cli.ok('update', '--memory', '96m', '--memory-swap', '96m', '--cpus', '0.5', 'grown');
    expect(await file('memory/memory.limit_in_bytes', 'memory.max')).toBe(String(96 * 1024 * 1024));
    expect(await file('cpu/cpu.cfs_quota_us', 'cpu.max')).toMatch(/^50000\b/);
    expect(await cli.ok('inspect', '--format', '{{.HostConfig.Memory}}', 'grown')).toBe(String(96 * 1024 * 1024));
    await cli.ok('rm', '-f', 'grown');
  });
});
