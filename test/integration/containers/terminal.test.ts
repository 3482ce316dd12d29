import { afterEach, expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';
import { Terminal } from '../../support/terminal.ts';

const detachKeys = '\x10\x11';

eachCommandLine('on a terminal', ['alpine'], ({ cli }) => {
  let terminal: Terminal | undefined;

  const open = (...args: string[]) => {
    terminal = new Terminal(cli.shellCommand(args), { env: cli.environment, rows: 31, columns: 97 });
    return terminal;
  };

  afterEach(() => terminal?.close());

  test('run -it: a shell to type at', async () => {
    const shell = open('run', '-it', '--rm', 'alpine', 'sh');
    await shell.shows('#');
    shell.type('stty size\n');
    await shell.shows('31 97');
    shell.type('tty; echo "a  b" | wc -c\n');
    await shell.shows(/\/dev\/pts\/0\n5\n/);
    shell.type('exit 4\n');
    expect(await shell.exited).toBe(4);
    expect(await cli.ok('ps', '-aq')).toBe('');
  });

  test('ctrl-c reaches the program', async () => {
    const shell = open(
      'run',
      '-it',
      '--rm',
      'alpine',
      'sh',
      '-c',
      'trap "echo caught; exit 9" INT; echo up; while :; do sleep 0.1; done',
    );
    await shell.shows('up');
    shell.type('\x03');
    await shell.shows('caught');
    expect(await shell.exited).toBe(9);
  });

  test('detach and attach again', async () => {
    const shell = open('run', '-it', '--name', 'box', 'alpine', 'sh');
    await shell.shows('#');
    shell.type('X=remembered; echo now $X\n');
    // Keys that arrive together with the detach keys are dropped by the client: a person types slower than that.
    await shell.shows('now remembered');
    shell.type(detachKeys);
    expect(await shell.exited).toBe(0);
    expect(await cli.ok('inspect', '--format', '{{.State.Running}}', 'box')).toBe('true');

    const again = open('attach', 'box');
    again.type('echo $X-still\n');
    await again.shows('remembered-still');
    again.type('exit 3\n');
    expect(await again.exited).toBe(3);
    await cli.ok('rm', 'box');
  });

  test('exec -it, with a size and an exit code', async () => {
    await cli.ok('run', '-d', '--name', 'host', 'alpine', 'sleep', '600');
    const shell = open('exec', '-it', 'host', 'sh');
    await shell.shows('#');
    shell.type('stty size\n');
    await shell.shows('31 97');
    shell.type('exit 5\n');
    expect(await shell.exited).toBe(5);
    await cli.ok('rm', '-f', 'host');
  });

  test('-t without a terminal is refused by exec -it', async () => {
    const { exitCode, stderr } = await cli.run(['run', '-it', '--rm', 'alpine', 'true']);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/not a (TTY|terminal)/i);
  });
});
