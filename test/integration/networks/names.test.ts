import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('containers on networks', ['alpine', 'nginx'], ({ cli, daemon }) => {
  const addressOf = (name: string, network: string) =>
    cli.ok('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, name);
  /** A shell around it, because a first process does not die of the signal that ends its patience. */
  const fetch = (network: string, host: string) => {
    const script = `timeout 2 wget -q -O - http://${host}/; exit $?`;
    return cli.run(['run', '--rm', '--network', network, 'alpine', 'sh', '-c', script]);
  };
  const page = '<h1>It works</h1>\n';

  test('find each other by name, alias and id, and by what a rename makes of it', async () => {
    await cli.ok('network', 'create', 'front');
    await cli.ok('run', '-d', '--name', 'web', '--network', 'front', '--network-alias', 'site', 'nginx');
    const id = await cli.ok('inspect', '-f', '{{.Id}}', 'web');
    for (const name of ['web', 'site', id.slice(0, 12), await addressOf('web', 'front')]) {
      expect(await fetch('front', name)).toMatchObject({ stdout: page, exitCode: 0 });
    }
    await cli.ok('rename', 'web', 'renamed');
    expect(await fetch('front', 'renamed')).toMatchObject({ stdout: page });
    expect((await fetch('front', 'web')).exitCode).not.toBe(0);
    await cli.ok('rename', 'renamed', 'web');
  });

  test('are apart from other networks', async () => {
    await cli.ok('network', 'create', '--internal', 'apart');
    expect((await fetch('apart', await addressOf('web', 'front'))).exitCode).not.toBe(0);
    expect((await fetch('bridge', await addressOf('web', 'front'))).exitCode).not.toBe(0);
    expect((await fetch('apart', 'web')).stderr).toContain('bad address');
  });

  test('are connected and disconnected while they run', async () => {
    await cli.ok('network', 'create', '--subnet', '10.241.0.0/24', '--label', 'a=b', 'back');
    await cli.ok('network', 'connect', '--ip', '10.241.0.77', '--alias', 'other', 'back', 'web');
    expect(await addressOf('web', 'back')).toBe('10.241.0.77');
    expect(await cli.ok('exec', 'web', 'cat', '/etc/hosts')).toContain('10.241.0.77');
    expect(await fetch('back', 'other')).toMatchObject({ stdout: page });
    const again = await cli.run(['network', 'connect', 'back', 'web']);
    expect(again.stderr).toContain('endpoint with name web already exists in network back');
    await cli.ok('network', 'disconnect', 'back', 'web');
    expect((await fetch('back', '10.241.0.77')).exitCode).not.toBe(0);
    const notThere = await cli.run(['network', 'disconnect', 'back', 'web']);
    expect(notThere).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('is not connected to network back'),
    });
  });

  test('are connected before they run, to several at once', async () => {
    await cli.ok('create', '--name', 'later', '--network', 'front', '--ip', '', 'nginx');
    await cli.ok('network', 'connect', '--ip', '10.241.0.78', 'back', 'later');
    await cli.ok('start', 'later');
    expect(await fetch('back', 'later')).toMatchObject({ stdout: page });
    expect(await fetch('front', 'later')).toMatchObject({ stdout: page });
    await cli.ok('stop', 'later');
    await cli.ok('network', 'disconnect', 'back', 'later');
    await cli.ok('start', 'later');
    expect(
      await cli.ok('inspect', '-f', '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}', 'later'),
    ).toBe('front');
    const both = [
      'run',
      '--rm',
      '--network',
      'front',
      '--network',
      'name=back,ip=10.241.0.9',
      'alpine',
      'ip',
      '-4',
      'addr',
    ];
    expect(await cli.ok(...both)).toContain('10.241.0.9/24');
  });

  test('share another’s network, or the host’s, or have none', async () => {
    const shared = [
      'run',
      '--rm',
      '--network',
      'container:web',
      'alpine',
      'wget',
      '-q',
      '-O',
      '-',
      'http://127.0.0.1/',
    ];
    expect(await cli.ok(...shared)).toBe(page.trim());
    const links = ['alpine', 'ls', '/sys/class/net'];
    expect(await cli.ok('run', '--rm', '--network', 'none', ...links)).toBe('lo');
    expect(await cli.ok('run', '--rm', '--network', 'host', 'alpine', 'ip', 'link')).toContain('br-');
    const missing = await cli.run(['run', '--rm', '--network', 'container:nobody', 'alpine', 'true']);
    expect(missing.stderr).toContain('cannot join network of container nobody: no such container');
  });

  test('a container that cannot be started with --rm is gone, and the client is told', async () => {
    await cli.ok('create', '--name', 'asleep', 'alpine', 'true');
    const { exitCode, stderr } = await cli.run([
      'run',
      '--rm',
      '--name',
      'x1',
      '--network',
      'container:asleep',
      'alpine',
    ]);
    expect(exitCode).toBe(125);
    expect(stderr).toContain('cannot join network of a non running container');
    expect(await cli.ok('ps', '-aq', '--filter', 'name=x1')).toBe('');
  });

  test('get the names and servers they ask for', async () => {
    const flags = [
      '--add-host',
      'db:1.2.3.4',
      '--add-host',
      'host:host-gateway',
      '--dns',
      '9.9.9.9',
      '--hostname',
      'own',
    ];
    const files = await cli.ok(
      'run',
      '--rm',
      ...flags,
      'alpine',
      'cat',
      '/etc/hosts',
      '/etc/resolv.conf',
      '/etc/hostname',
    );
    expect(files).toMatch(/^1\.2\.3\.4\tdb$/m);
    expect(files).toMatch(/^[\d.]+\.1\thost$/m);
    expect(files).toMatch(/^nameserver 9\.9\.9\.9$/m);
    expect(files).toMatch(/^own$/m);
  });

  test('count what comes and goes', async () => {
    await fetch('front', 'web');
    const { body } = await daemon.request('/containers/web/stats?stream=0&one-shot=1');
    const { rx_bytes, tx_packets } = (body as { networks: Record<string, Record<string, number>> }).networks.eth0 ?? {};
    expect(rx_bytes).toBeGreaterThan(100);
    expect(tx_packets).toBeGreaterThan(1);
  });

  test('a network in use is not removed; events tell of all', async () => {
    expect((await cli.run(['network', 'rm', 'front'])).stderr).toContain('network front has active endpoints');
    await cli.ok('rm', '-f', 'web', 'later', 'asleep');
    await cli.ok('network', 'create', 'unused');
    await cli.ok('network', 'rm', 'front');
    expect((await cli.ok('network', 'prune', '-f')).split('\n').slice(1).filter(Boolean).sort()).toEqual([
      'apart',
      'back',
      'unused',
    ]);
    const query = `since=0&until=${Math.ceil(Date.now() / 1000) + 1}&filters=${encodeURIComponent('{"type":["network"]}')}`;
    const events = String((await daemon.request(`/events?${query}`)).body);
    for (const action of ['create', 'connect', 'disconnect', 'destroy', 'prune']) {
      expect(events).toContain(`"Action":"${action}"`);
    }
  });
});
