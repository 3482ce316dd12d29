import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('health checks', ['alpine'], ({ cli }) => {
  const show = (name: string, what: string) => cli.ok('inspect', '--format', `{{${what}}}`, name);
  const becomes = (name: string, status: string) =>
    expect.poll(() => show(name, '.State.Health.Status'), { timeout: 30_000 }).toBe(status);
  const quick = ['--health-interval', '100ms', '--health-retries', '2'];

  test('a container becomes healthy, ill and healthy again, and others are told', async () => {
    const since = new Date().toISOString();
    const check = 'test ! -e /ill || { echo too bad; exit 1; }';
    await cli.ok('run', '-d', '--name', 'web', '--health-cmd', check, ...quick, 'alpine', 'sleep', '600');
    await becomes('web', 'healthy');
    expect(await cli.ok('ps', '--format', '{{.Status}}', '--filter', 'health=healthy')).toMatch(/^Up .*\(healthy\)$/);
    await cli.ok('exec', 'web', 'touch', '/ill');
    await becomes('web', 'unhealthy');
    expect(await cli.ok('ps', '-q', '--filter', 'health=healthy')).toBe('');
    const log = JSON.parse(await cli.ok('inspect', '--format', '{{json .State.Health.Log}}', 'web'));
    expect(log.at(-1)).toMatchObject({ ExitCode: 1, Output: 'too bad\n' });
    expect(log.length).toBeLessThanOrEqual(5);
    await cli.ok('exec', 'web', 'rm', '/ill');
    await becomes('web', 'healthy');
    const until = new Date(Date.now() + 1000).toISOString();
    const events = await cli.ok(
      'events',
      '--since',
      since,
      '--until',
      until,
      '--filter',
      'event=health_status',
      '--format',
      '{{.Action}}',
    );
    expect(events.split('\n')).toEqual([
      'health_status: healthy',
      'health_status: unhealthy',
      'health_status: healthy',
    ]);
    await cli.ok('rm', '-f', 'web');
  });

  test('an answer that does not come in time is a failure', async () => {
    const flags = ['--health-cmd', 'sleep 60', '--health-timeout', '200ms', ...quick];
    await cli.ok('run', '-d', '--name', 'slow', ...flags, 'alpine', 'sleep', '600');
    await becomes('slow', 'unhealthy');
    expect(await show('slow', '(index .State.Health.Log 0).Output')).toContain('Health check exceeded timeout (0.2s)');
    await cli.ok('rm', '-f', 'slow');
  });

  test('failures of the start do not count while it may last', async () => {
    const flags = [
      '--health-cmd',
      'test -e /up',
      '--health-start-period',
      '10m',
      '--health-start-interval',
      '100ms',
      ...quick,
    ];
    await cli.ok('run', '-d', '--name', 'starting', ...flags, 'alpine', 'sleep', '600');
    await expect.poll(() => show('starting', 'len .State.Health.Log'), { timeout: 30_000 }).toBe('5');
    expect(await show('starting', '.State.Health.Status')).toBe('starting');
    expect(await cli.ok('ps', '--format', '{{.Status}}')).toContain('(health: starting)');
    await cli.ok('exec', 'starting', 'touch', '/up');
    await becomes('starting', 'healthy');
    await cli.ok('rm', '-f', 'starting');
  });

  test('--no-healthcheck, and none at all', async () => {
    await cli.ok('run', '-d', '--name', 'none', '--no-healthcheck', 'alpine', 'sleep', '600');
    expect(await show('none', 'json .State.Health')).toBe('null');
    expect(await cli.ok('ps', '--format', '{{.Names}}', '--filter', 'health=none')).toBe('none');
    await cli.ok('rm', '-f', 'none');
  });
});
