import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('stats', ['alpine'], ({ cli, daemon }) => {
  const sample = async (name: string) => {
    const { body } = await daemon.request(`/containers/${name}/stats?stream=0&one-shot=1`);
    return body as {
      networks?: Record<string, { rx_bytes: number; tx_bytes: number; rx_packets: number }>;
      memory_stats: { usage: number };
    };
  };

  test('tell what went over each network of a container, and of one whose network it shares', async () => {
    await cli.ok('network', 'create', 'quiet');
    const serve = ['alpine', 'sh', '-c', 'head -c 300000 /dev/zero > /big; exec httpd -f -h /'];
    await cli.ok('run', '-d', '--name', 'server', '--network', 'quiet', ...serve);
    await cli.ok('run', '-d', '--name', 'beside', '--network', 'container:server', 'alpine', 'sleep', '600');
    await cli.ok('run', '-d', '--name', 'alone', '--network', 'none', 'alpine', 'sleep', '600');
    const fetch = 'until wget -q -O /dev/null http://server/big; do sleep 0.1; done';
    await cli.ok('run', '--rm', '--network', 'quiet', 'alpine', 'sh', '-c', fetch);
    const { networks, memory_stats } = await sample('server');
    expect(Object.keys(networks ?? {})).toEqual(['eth0']);
    expect(networks?.eth0?.tx_bytes).toBeGreaterThan(300_000);
    expect(networks?.eth0?.rx_packets).toBeGreaterThan(0);
    expect(memory_stats.usage).toBeGreaterThan(0);
    expect((await sample('beside')).networks?.eth0?.tx_bytes).toBeGreaterThan(300_000);
    expect((await sample('alone')).networks).toBeUndefined();
    const shown = await cli.ok('stats', '--no-stream', '--format', '{{.Name}} {{.NetIO}}', 'server');
    expect(shown).toMatch(/^server [\d.]+[kM]?B \/ [\d.]+[kM]B$/);
    await cli.ok('rm', '-f', 'server', 'beside', 'alone');
    await cli.ok('network', 'rm', 'quiet');
  });
});
