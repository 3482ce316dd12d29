import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('restart policies', ['alpine'], ({ cli, daemon }) => {
  const show = (name: string, what: string) => cli.ok('inspect', '--format', `{{${what}}}`, name);
  const restarts = async (name: string) => Number(await show(name, '.RestartCount'));
  /** Waits for so many restarts. */
  const restarted = (name: string, count: number) =>
    expect.poll(() => restarts(name), { timeout: 30_000 }).toBeGreaterThanOrEqual(count);

  test('on-failure tries so often and no more', async () => {
    const since = new Date().toISOString();
    await cli.ok(
      'run',
      '-d',
      '--name',
      'failing',
      '--restart',
      'on-failure:2',
      'alpine',
      'sh',
      '-c',
      'echo try; exit 3',
    );
    expect(await cli.ok('wait', 'failing')).toBe('3');
    expect(await restarts('failing')).toBe(2);
    expect(await cli.ok('logs', 'failing')).toBe('try\ntry\ntry');
    expect(await show('failing', '.State.Status')).toBe('exited');
    const window = ['--since', since, '--until', new Date(Date.now() + 1000).toISOString()];
    const chosen = ['--filter', 'container=failing', '--filter', 'type=container', '--format', '{{.Action}}'];
    const events = (await cli.ok('events', ...window, ...chosen)).split('\n');
    expect(events.filter((action) => action !== 'attach')).toEqual([
      'create',
      ...Array(3).fill(['start', 'die']).flat(),
    ]);
    await cli.ok('run', '-d', '--name', 'content', '--restart', 'on-failure', 'alpine', 'true');
    expect(await cli.ok('wait', 'content')).toBe('0');
    expect(await restarts('content')).toBe(0);
    await cli.ok('rm', 'failing', 'content');
  });

  test('always brings a container back until a user stops it; its data is where it was', async () => {
    const script = 'echo x >> /data/runs; exit 0';
    await cli.ok(
      'run',
      '-d',
      '--name',
      'tireless',
      '--restart',
      'always',
      '-v',
      'kept:/data',
      'alpine',
      'sh',
      '-c',
      script,
    );
    await restarted('tireless', 2);
    await cli.ok('stop', '-t', '1', 'tireless');
    expect(await show('tireless', '.State.Status')).toBe('exited');
    const count = await restarts('tireless');
    const runs = await cli.ok('run', '--rm', '-v', 'kept:/data', 'alpine', 'cat', '/data/runs');
    expect(runs.split('\n').length).toBeGreaterThanOrEqual(3);
    expect(await restarts('tireless')).toBe(count);
    await cli.ok('rm', 'tireless');
  });

  test('a container that waits for its next try can be removed, and says so until then', async () => {
    await cli.ok('run', '-d', '--name', 'waiting', '--restart', 'always', 'alpine', 'false');
    await restarted('waiting', 3);
    await expect.poll(() => show('waiting', '.State.Status'), { timeout: 30_000 }).toBe('restarting');
    await expect
      .poll(() => cli.ok('ps', '--filter', 'name=waiting', '--format', '{{.Status}}'), { timeout: 30_000 })
      .toMatch(/^Restarting \(1\) .* ago$/);
    expect((await cli.run(['rm', 'waiting'])).stderr).toMatch(/cannot remove container/);
    await cli.ok('rm', '-f', 'waiting');
  });

  test('after the daemon was killed: always and what ran comes back, what a user stopped stays so', async () => {
    const sleep = ['alpine', 'sleep', '600'];
    await cli.ok('run', '-d', '--name', 'always', '--restart', 'always', ...sleep);
    await cli.ok('run', '-d', '--name', 'unless', '--restart', 'unless-stopped', ...sleep);
    await cli.ok('run', '-d', '--name', 'running', '--restart', 'unless-stopped', ...sleep);
    await cli.ok('stop', '-t', '0', 'always', 'unless');
    const pid = await show('running', '.State.Pid');
    await daemon.kill();
    await daemon.start();
    await expect.poll(() => show('always', '.State.Status'), { timeout: 30_000 }).toBe('running');
    expect(await show('unless', '.State.Status')).toBe('exited');
    // It was never away.
    expect(await show('running', '.State.Pid')).toBe(pid);
    await cli.ok('rm', '-f', 'always', 'unless', 'running');
  });

  test('after a boot: what ran with a policy is started again', async () => {
    await cli.ok('run', '-d', '--name', 'booted', '--restart', 'unless-stopped', 'alpine', 'sleep', '600');
    await cli.ok('run', '-d', '--name', 'plain', 'alpine', 'sleep', '600');
    const pids = [await show('booted', '.State.Pid'), await show('plain', '.State.Pid')].map(Number);
    await daemon.kill();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await daemon.start();
    await expect.poll(() => show('booted', '.State.Status'), { timeout: 30_000 }).toBe('running');
    expect(pids).not.toContain(Number(await show('booted', '.State.Pid')));
    expect(await show('plain', '.State.Status')).toBe('exited');
    await cli.ok('rm', '-f', 'booted', 'plain');
  });

  test('update changes the policy; a contradiction is refused', async () => {
    await cli.ok('run', '-d', '--name', 'changed', 'alpine', 'sleep', '600');
    await cli.ok('update', '--restart', 'on-failure:5', 'changed');
    expect(await show('changed', '.HostConfig.RestartPolicy.MaximumRetryCount')).toBe('5');
    await cli.ok('rm', '-f', 'changed');
    const both = await cli.run(['run', '--rm', '--restart', 'always', 'alpine', 'true']);
    expect(both.exitCode).toBe(125);
    expect((await cli.run(['create', '--restart', 'sometimes', 'alpine'])).stderr).toMatch(/invalid restart policy/);
  });
});
