import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

const ticking = [
  'alpine',
  'sh',
  '-c',
  'i=0; while :; do i=$((i+1)); echo tick $i; echo $i > /data/count; sleep 0.05; done',
];

eachCommandLine('the daemon is killed and started again', ['alpine'], ({ cli, daemon }) => {
  const reborn = async () => {
    await daemon.kill();
    await daemon.start();
  };
  const inspect = (name: string, format: string) => cli.ok('inspect', '--format', format, name);

  /** Returns once the log of a container has at least this many lines. */
  const ticks = async (name: string, count: number) => {
    while ((await cli.ok('logs', name)).split('\n').length < count);
  };

  test('running containers go on, with their logs, volumes and references', async () => {
    await cli.ok('run', '-d', '--name', 'survivor', '-v', 'kept:/data', ...ticking);
    await ticks('survivor', 3);
    const before = await inspect('survivor', '{{.State.Pid}} {{.State.StartedAt}}');
    const seen = (await cli.ok('logs', 'survivor')).split('\n').length;

    await reborn();

    expect(await inspect('survivor', '{{.State.Pid}} {{.State.StartedAt}}')).toBe(before);
    expect(await inspect('survivor', '{{.State.Status}}')).toBe('running');
    await ticks('survivor', seen + 5);
    const lines = (await cli.ok('logs', 'survivor')).split('\n');
    expect(lines).toEqual(lines.map((_line, index) => `tick ${index + 1}`));

    const removal = await cli.run(['volume', 'rm', 'kept']);
    expect(removal.stderr).toContain('volume is in use');
    expect(await cli.ok('exec', 'survivor', 'sh', '-c', 'test -s /data/count && echo there')).toBe('there');

    await cli.ok('stop', '-t', '0', 'survivor');
    expect(await inspect('survivor', '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 137');
    await cli.ok('start', 'survivor');
    await cli.ok('rm', '-f', 'survivor');
    expect(await cli.ok('volume', 'rm', 'kept')).toBe('kept');
  });

  test('logs -f, attach and wait work on a container taken over', async () => {
    const command = 'read word; echo "got $word"; exit 4';
    await cli.ok('create', '-i', '--name', 'talks', 'alpine', 'sh', '-c', command);
    await cli.ok('start', 'talks');
    await reborn();
    const waiting = cli.ok('wait', 'talks');
    const following = cli.ok('logs', '-f', 'talks');
    const attached = await cli.run(['attach', 'talks'], { input: 'anchor\n' });
    expect(attached).toMatchObject({ stdout: 'got anchor\n', exitCode: 4 });
    expect(await waiting).toBe('4');
    expect(await following).toBe('got anchor');
    await cli.ok('rm', 'talks');
  });

  test('a paused container stays paused', async () => {
    await cli.ok('run', '-d', '--name', 'calm', 'alpine', 'sleep', '600');
    await cli.ok('pause', 'calm');
    await reborn();
    expect(await inspect('calm', '{{.State.Status}}')).toBe('paused');
    await cli.ok('unpause', 'calm');
    expect(await inspect('calm', '{{.State.Status}}')).toBe('running');
    await cli.ok('rm', '-f', 'calm');
  });

  test('a mounted option volume is unmounted only when its container goes', async () => {
    await cli.ok('volume', 'create', '--opt', 'type=tmpfs', '--opt', 'device=tmpfs', 'memory');
    await cli.ok('run', '-d', '--name', 'first', '-v', 'memory:/data', 'alpine', 'sleep', '600');
    await cli.ok('exec', 'first', 'touch', '/data/kept');
    await reborn();
    await cli.ok('run', '--rm', '-v', 'memory:/data', 'alpine', 'test', '-e', '/data/kept');
    expect(await cli.ok('exec', 'first', 'ls', '/data')).toBe('kept');
    await cli.ok('rm', '-f', 'first');
    await cli.ok('volume', 'rm', 'memory');
  });

  test('an orderly stop leaves containers running too', async () => {
    await cli.ok('run', '-d', '--name', 'steady', '-v', 'steady_volume:/data', ...ticking);
    const pid = await inspect('steady', '{{.State.Pid}}');
    await daemon.stop();
    await daemon.start();
    expect(await inspect('steady', '{{.State.Pid}} {{.State.Running}}')).toBe(`${pid} true`);
    await cli.ok('rm', '-f', 'steady');
  });

  test('again and again', async () => {
    await cli.ok('run', '-d', '--name', 'tough', '-v', 'tough_volume:/data', ...ticking);
    for (let round = 0; round < 5; round++) await reborn();
    expect(await inspect('tough', '{{.State.Running}}')).toBe('true');
    expect(await cli.ok('exec', 'tough', 'echo', 'alive')).toBe('alive');
    await cli.ok('rm', '-f', 'tough');
  });
});
