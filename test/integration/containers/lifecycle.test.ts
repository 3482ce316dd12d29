import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

const trap = [
  'alpine',
  'sh',
  '-c',
  'trap "echo bye; exit 5" TERM; trap "exit 6" USR1; echo ready; while :; do sleep 0.05; done',
];

eachCommandLine('the life of a container', ['alpine'], ({ cli }) => {
  const state = (name: string) => cli.ok('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name);

  /** Starts a container whose program answers signals, and returns once it does. */
  const startTrap = async (name: string, ...flags: string[]) => {
    await cli.ok('run', '-d', '--name', name, ...flags, ...trap);
    while (!(await cli.ok('logs', name)).includes('ready'));
  };

  test('create, start, stop, start again, remove', async () => {
    await cli.ok('create', '--name', 'box', ...trap);
    expect(await state('box')).toBe('created 0');
    expect(await cli.ok('start', 'box')).toBe('box');
    expect(await state('box')).toBe('running 0');
    while (!(await cli.ok('logs', 'box')).includes('ready'));
    expect(await cli.ok('stop', 'box')).toBe('box');
    expect(await state('box')).toBe('exited 5');
    await cli.ok('start', 'box');
    expect(await state('box')).toBe('running 0');
    const running = await cli.run(['rm', 'box']);
    expect(running.exitCode).toBe(1);
    expect(running.stderr).toMatch(/cannot remove .*stop the container/i);
    expect(await cli.ok('rm', '-f', 'box')).toBe('box');
    const gone = await cli.run(['inspect', 'box']);
    expect(gone).toMatchObject({ exitCode: 1, stdout: '[]\n' });
    expect(gone.stderr).toMatch(/No such object: box/i);
  });

  test('a --rm container that is restarted stays, with what it wrote, until it ends', async () => {
    await cli.ok('run', '-d', '--rm', '--name', 'passing', 'alpine', 'sh', '-c', 'echo run >> /runs; sleep 600');
    await cli.ok('restart', '-t', '0', 'passing');
    await expect.poll(() => cli.ok('exec', 'passing', 'cat', '/runs')).toBe('run\nrun');
    await cli.ok('stop', '-t', '0', 'passing');
    await expect.poll(() => cli.ok('ps', '-aq', '--filter', 'name=passing')).toBe('');
  });

  test('stop that is ignored ends in a kill', async () => {
    await cli.ok('run', '-d', '--name', 'deaf', 'alpine', 'sleep', '600');
    await cli.ok('stop', '-t', '1', 'deaf');
    expect(await state('deaf')).toBe('exited 137');
    await cli.ok('rm', 'deaf');
  });

  test('kill, with a signal', async () => {
    await startTrap('victim');
    await cli.ok('kill', '--signal', 'USR1', 'victim');
    expect(await cli.ok('wait', 'victim')).toBe('6');
    await cli.ok('start', 'victim');
    await cli.ok('kill', 'victim');
    expect(await cli.ok('wait', 'victim')).toBe('137');
    expect((await cli.run(['kill', 'victim'])).stderr).toContain('is not running');
    await cli.ok('rm', 'victim');
  });

  test('--stop-signal is what stop sends', async () => {
    await startTrap('own', '--stop-signal', 'USR1');
    await cli.ok('stop', 'own');
    expect(await state('own')).toBe('exited 6');
    await cli.ok('rm', 'own');
  });

  test('pause and unpause', async () => {
    await cli.ok('run', '-d', '--name', 'calm', 'alpine', 'sleep', '600');
    await cli.ok('pause', 'calm');
    expect(await state('calm')).toBe('paused 0');
    expect((await cli.run(['exec', 'calm', 'true'])).stderr).toContain('is paused');
    expect(await cli.ok('ps', '--format', '{{.Status}}', '--filter', 'name=calm')).toMatch(/\(Paused\)$/);
    await cli.ok('unpause', 'calm');
    expect(await state('calm')).toBe('running 0');
    await cli.ok('rm', '-f', 'calm');
  });

  test('restart', async () => {
    await startTrap('again');
    const pid = await cli.ok('inspect', '--format', '{{.State.Pid}}', 'again');
    await cli.ok('restart', 'again');
    expect(await state('again')).toBe('running 0');
    expect(await cli.ok('inspect', '--format', '{{.State.Pid}}', 'again')).not.toBe(pid);
    await cli.ok('rm', '-f', 'again');
  });

  test('wait returns the exit code, also of one that has ended', async () => {
    await cli.ok('run', '-d', '--name', 'brief', 'alpine', 'sh', '-c', 'sleep 0.3; exit 42');
    expect(await cli.ok('wait', 'brief')).toBe('42');
    expect(await cli.ok('wait', 'brief')).toBe('42');
    await cli.ok('rm', 'brief');
    expect((await cli.run(['wait', 'brief'])).stderr).toContain('No such container: brief');
  });

  test('what a container wrote stays until it is removed', async () => {
    await cli.ok('run', '--name', 'keeper', 'alpine', 'sh', '-c', 'echo x >> /count; wc -l < /count');
    const second = await cli.run(['start', '-a', 'keeper']);
    expect(second.stdout.trim()).toBe('2');
    await cli.ok('rm', 'keeper');
  });
});
