import { afterAll, beforeAll, expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('finding containers', ['alpine'], ({ cli }) => {
  let id = '';

  beforeAll(async () => {
    id = await cli.ok('run', '-d', '--name', 'web', '-l', 'tier=front', '-v', 'site:/data', 'alpine', 'sleep', '600');
    await cli.run(['run', '--name', 'job', '-l', 'tier=back', 'alpine', 'sh', '-c', 'exit 3']);
    await cli.ok('create', '--name', 'idle', 'alpine');
  });

  afterAll(async () => {
    await cli.ok('rm', '-f', 'web', 'job', 'idle');
  });

  const names = async (...args: string[]) => {
    const listed = await cli.ok('ps', '--format', '{{.Names}}', ...args);
    return listed.split('\n').filter((name) => name !== '');
  };

  test('ps in columns', async () => {
    const [header = '', row = ''] = (await cli.ok('ps')).split('\n');
    expect(header).toMatch(/^CONTAINER ID {3}IMAGE {5}COMMAND +CREATED +STATUS +PORTS {5}NAMES$/);
    expect(row).toMatch(new RegExp(`^${id.slice(0, 12)} {3}alpine {4}"sleep 600" .* ago +Up .* +web$`));
  });

  test.each([
    [[], ['web']],
    [['-a'], ['idle', 'job', 'web']],
    [['-n', '1'], ['idle']],
    [['-l'], ['idle']],
    [['-a', '--filter', 'status=exited'], ['job']],
    [['-a', '--filter', 'status=created'], ['idle']],
    [['-a', '--filter', 'exited=3'], ['job']],
    [['-a', '--filter', 'exited=0'], []],
    [['-a', '--filter', 'name=^/?w'], ['web']],
    [
      ['-a', '--filter', 'label=tier'],
      ['job', 'web'],
    ],
    [['-a', '--filter', 'label=tier=back'], ['job']],
    [['-a', '--filter', 'volume=site'], ['web']],
    [['-a', '--filter', 'volume=/data'], ['web']],
    [
      ['-a', '--filter', 'ancestor=alpine'],
      ['idle', 'job', 'web'],
    ],
    [['-a', '--filter', 'before=job'], ['web']],
    [
      ['-a', '--filter', 'since=web'],
      ['idle', 'job'],
    ],
  ])('ps %j', async (args, expected) => {
    expect(await names(...args)).toEqual(expected);
  });

  test('ids, short and whole', async () => {
    expect(await cli.ok('ps', '-q')).toBe(id.slice(0, 12));
    expect(await cli.ok('ps', '-q', '--no-trunc')).toBe(id);
    expect(await cli.ok('ps', '-a', '--filter', 'name=job', '--format', '{{.Status}}')).toMatch(
      /^Exited \(3\) .* ago$/,
    );
  });

  test('top and stats', async () => {
    expect(await cli.ok('top', 'web')).toMatch(/^UID +PID.*CMD\n.*sleep 600$/);
    expect(await cli.ok('top', 'web', '-o', 'pid,comm')).toMatch(/^PID +COMMAND\n\d+ +sleep$/);
    const usage = await cli.ok('stats', '--no-stream', '--format', '{{.Name}} {{.PIDs}} {{.MemUsage}}', 'web');
    expect(usage).toMatch(/^web 1 [\d.]+[KM]?i?B \/ [\d.]+[GM]iB$/);
  });

  test('inspect', async () => {
    const [container] = JSON.parse(await cli.ok('inspect', 'web'));
    expect(container).toMatchObject({ Id: id, Name: '/web', Path: 'sleep', Args: ['600'], RestartCount: 0 });
    expect(container.State).toMatchObject({
      Status: 'running',
      Running: true,
      Paused: false,
      ExitCode: 0,
      OOMKilled: false,
    });
    expect(container.State.Pid).toBeGreaterThan(1);
    expect(container.Config).toMatchObject({ Image: 'alpine', Cmd: ['sleep', '600'], Labels: { tier: 'front' } });
    expect(container.HostConfig.Binds).toEqual(['site:/data']);
    expect(container.Image).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(JSON.parse(await cli.ok('inspect', '--size', 'job'))[0].SizeRootFs).toBeGreaterThan(1_000_000);
  });

  test('prune removes what has stopped', async () => {
    const pruned = await cli.ok('container', 'prune', '--force', '--filter', 'label=tier');
    expect(pruned).toContain('Deleted Containers:');
    expect(await names('-a')).toEqual(['idle', 'web']);
    await cli.run(['run', '--name', 'job', 'alpine', 'true']);
  });
});
