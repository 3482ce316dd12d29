import { afterAll, beforeAll, expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('exec', ['alpine'], ({ cli }) => {
  beforeAll(async () => {
    await cli.ok('run', '-d', '--name', 'box', '-e', 'FROM=container', 'alpine', 'sleep', '600');
  });

  afterAll(async () => {
    await cli.ok('rm', '-f', 'box');
  });

  test.each([
    [[], ['sh', '-c', 'echo $FROM'], 'container'],
    [['-e', 'FROM=exec'], ['sh', '-c', 'echo $FROM'], 'exec'],
    [['-u', '1000:1001'], ['sh', '-c', 'echo $(id -u):$(id -g)'], '1000:1001'],
    [['-u', 'nobody'], ['id', '-un'], 'nobody'],
    [['-w', '/tmp'], ['pwd'], '/tmp'],
    [['--privileged'], ['sh', '-c', 'grep -q CapEff.*a80425fb /proc/self/status || echo more'], 'more'],
  ])('%j %j', async (flags, command, expected) => {
    expect(await cli.ok('exec', ...flags, 'box', ...command)).toBe(expected);
  });

  test.each([
    [['sh', '-c', 'exit 7'], 7],
    [['nosuchprogram'], 127],
    [['/etc'], 126],
  ])('exit code of %j', async (command, exitCode) => {
    expect((await cli.run(['exec', 'box', ...command])).exitCode).toBe(exitCode);
  });

  test('-d goes on by itself', async () => {
    expect(await cli.ok('exec', '-d', 'box', 'sh', '-c', 'echo done > /tmp/detached')).toBe('');
    const wait = 'while ! [ -s /tmp/detached ]; do sleep 0.05; done; cat /tmp/detached';
    expect(await cli.ok('exec', 'box', 'sh', '-c', wait)).toBe('done');
  });

  test('many at once', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => String(index));
    const outputs = await Promise.all(numbers.map((number) => cli.ok('exec', 'box', 'echo', number)));
    expect(outputs).toEqual(numbers);
  });

  test('needs a running container', async () => {
    await cli.ok('create', '--name', 'idle', 'alpine');
    const { exitCode, stderr } = await cli.run(['exec', 'idle', 'true']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('is not running');
    await cli.ok('rm', 'idle');
    expect((await cli.run(['exec', 'nosuch', 'true'])).stderr).toContain('No such container: nosuch');
  });
});
