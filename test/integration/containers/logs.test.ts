import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('logs', ['alpine'], ({ cli }) => {
  test('both streams, whole, tail and timestamps', async () => {
    await cli.ok('run', '--name', 'talker', 'alpine', 'sh', '-c', 'for i in 1 2 3; do echo out $i; done; echo err >&2');
    expect(await cli.run(['logs', 'talker'])).toEqual({
      stdout: 'out 1\nout 2\nout 3\n',
      stderr: 'err\n',
      exitCode: 0,
    });
    // The two streams reach the log by ways of their own, so which lines are last is not known, only how many.
    const last = await cli.run(['logs', '--tail', '2', 'talker']);
    expect(`${last.stdout}${last.stderr}`.match(/\n/g)).toHaveLength(2);
    expect((await cli.run(['logs', '-n', '0', 'talker'])).stdout).toBe('');
    const stamped = (await cli.ok('logs', '-t', 'talker')).split('\n');
    expect(stamped).toHaveLength(3);
    for (const line of stamped) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z out \d$/);
  });

  test('since and until', async () => {
    await cli.ok('run', '--name', 'timed', 'alpine', 'sh', '-c', 'echo early; sleep 1.2; echo late');
    const [early, late] = (await cli.ok('logs', '-t', 'timed')).split('\n').map((line) => line.split(' ')[0] ?? '');
    expect(await cli.ok('logs', '--since', late ?? '', 'timed')).toBe('late');
    expect(await cli.ok('logs', '--until', early ?? '', 'timed')).toBe('early');
    expect(await cli.ok('logs', '--since', '1h', 'timed')).toBe('early\nlate');
    await cli.ok('rm', 'timed');
  });

  test('-f goes on until the container ends', async () => {
    const command = 'for i in 1 2 3 4 5; do echo line $i; sleep 0.2; done';
    await cli.ok('run', '-d', '--name', 'slow', 'alpine', 'sh', '-c', command);
    expect(await cli.ok('logs', '-f', 'slow')).toBe('line 1\nline 2\nline 3\nline 4\nline 5');
    expect(await cli.ok('inspect', '--format', '{{.State.Running}}', 'slow')).toBe('false');
    await cli.ok('rm', 'slow');
  });

  test('logs of both runs after a restart', async () => {
    await cli.ok('run', '--name', 'twice', 'alpine', 'echo', 'hello');
    await cli.ok('start', '-a', 'twice');
    expect(await cli.ok('logs', 'twice')).toBe('hello\nhello');
    await cli.ok('rm', 'twice');
  });

  test('no such container', async () => {
    const { exitCode, stderr } = await cli.run(['logs', 'nosuch']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('No such container: nosuch');
  });
});
