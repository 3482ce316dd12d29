import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('system df', ['alpine'], ({ cli, daemon }) => {
  test('counts and sizes', async () => {
    await cli.ok(
      'run',
      '-d',
      '--name',
      'user',
      '-v',
      'used:/data',
      'alpine',
      'sh',
      '-c',
      'head -c 1000000 /dev/zero > /data/f; head -c 2000 /dev/zero > /own; ln /data/f /data/twin; sleep 600',
    );
    while ((await cli.run(['exec', 'user', 'test', '-e', '/data/twin'])).exitCode !== 0);
    await cli.ok('volume', 'create', 'unused');
    await cli.ok('volume', 'create', '--opt', 'type=tmpfs', '--opt', 'device=tmpfs', 'with_options');

    const { body } = await daemon.request('/system/df');
    const usage = body as Record<'Volumes' | 'Containers' | 'Images', Array<Record<string, unknown>>>;
    const sizes = usage.Volumes.map((volume) => [volume.Name, volume.UsageData]).sort();
    expect(sizes).toEqual([
      ['unused', { Size: 0, RefCount: 0 }],
      ['used', { Size: 1_000_000, RefCount: 1 }],
    ]);
    expect(usage.Containers[0]?.SizeRw).toBe(2000);
    expect(usage.Images[0]).toMatchObject({ RepoTags: ['alpine:latest'], Containers: 1 });

    const lines = await cli.ok('system', 'df', '--format', '{{.Type}}|{{.TotalCount}}|{{.Active}}|{{.Size}}');
    expect(lines).toContain('Containers|1|1|2kB');
    expect(lines).toContain('Local Volumes|2|1|1MB');
    expect(await cli.ok('system', 'df', '-v')).toMatch(/used +1 +1MB/);
    await cli.ok('rm', '-f', 'user');
  });
});
