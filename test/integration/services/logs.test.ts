import { readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('the limits of logs', ['alpine'], ({ cli, daemon }) => {
  const show = (name: string, what: string) => cli.ok('inspect', '--format', `{{${what}}}`, name);
  const count = 'i=0; while :; do i=$((i+1)); echo line $i; done';
  const numbers = (text: string): number[] => text.split('\n').map((line) => Number(line.replace('line ', '')));
  const follows = (found: number[]): boolean =>
    found.every((each, at) => at === 0 || each === (found[at - 1] ?? 0) + 1);
  /** The files of a container's log, by name. */
  const filesOf = async (name: string): Promise<string[]> =>
    readdirSync(dirname(await show(name, '.LogPath'))).filter((file) => /^container\.log(\.\d+)?$/.test(file));
  /** Waits for a file of a log that is another than `before`. */
  const another = (path: string, before?: number): Promise<void> =>
    expect.poll(() => statSync(path, { throwIfNoEntry: false })?.ino ?? before, { timeout: 30_000 }).not.toBe(before);

  test('a log is rotated, also by the next daemon; logs reads the files as one', async () => {
    const limits = ['--log-opt', 'max-size=50k', '--log-opt', 'max-file=3'];
    await cli.ok('run', '-d', '--name', 'chatty', ...limits, 'alpine', 'sh', '-c', count);
    expect(JSON.parse(await show('chatty', 'json .HostConfig.LogConfig'))).toEqual({
      Type: 'json-file',
      Config: { 'max-size': '50k', 'max-file': '3' },
    });
    const oldest = `${await show('chatty', '.LogPath')}.2`;
    await another(oldest);
    await daemon.kill();
    await daemon.start();
    await another(oldest, statSync(oldest).ino);
    await cli.ok('kill', 'chatty');
    expect(await filesOf('chatty')).toEqual(['container.log', 'container.log.1', 'container.log.2']);
    // Of a line that was written in two parts the first may have gone with the file before.
    const [, ...kept] = numbers(await cli.ok('logs', 'chatty'));
    expect(kept[0]).toBeGreaterThan(1);
    expect(follows(kept)).toBe(true);
    const lines = kept.length - 1;
    expect(numbers(await cli.ok('logs', '--tail', String(lines), 'chatty'))).toEqual(kept.slice(1));
    expect(await cli.ok('logs', '--tail', '1', 'chatty')).toBe(`line ${kept.at(-1)}`);
    const [stamp = ''] = (await cli.ok('logs', '-t', '--tail', '1', 'chatty')).split(' ');
    expect(numbers(await cli.ok('logs', '--since', stamp, 'chatty')).at(-1)).toBe(kept.at(-1));
    await cli.ok('rm', 'chatty');
  });

  test('none keeps nothing, and says so; its output can still be attached to', async () => {
    expect(await cli.ok('run', '--name', 'silent', '--log-driver', 'none', 'alpine', 'echo', 'heard')).toBe('heard');
    const answer = await cli.run(['logs', 'silent']);
    expect(answer.exitCode).toBe(1);
    expect(answer.stderr).toContain('configured logging driver does not support reading');
    expect(await show('silent', '.LogPath')).toBe('');
    await cli.ok('rm', 'silent');
  });

  test('what makes no sense is refused, and nothing is made', async () => {
    const refused = async (flags: string[], words: string): Promise<void> => {
      const { exitCode, stderr } = await cli.run(['run', '--name', 'refused', ...flags, 'alpine', 'true']);
      expect([exitCode, stderr]).toEqual([125, expect.stringContaining(words)]);
    };
    await refused(['--log-opt', 'colour=red'], "unknown log opt 'colour' for json-file log driver");
    await refused(['--log-opt', 'max-size=big'], "failed to initialize logging driver: invalid size: 'big'");
    await refused(['--log-driver', 'syslog'], 'log driver syslog is not available here');
    expect(await cli.ok('ps', '-aq', '--filter', 'name=refused')).toBe('');
  });

  test('the daemon’s own limits are for those that say nothing', async () => {
    await daemon.stop();
    await daemon.start(['--log-driver', 'local', '--log-opt', 'max-size=7m']);
    expect(await cli.ok('info', '--format', '{{.LoggingDriver}}')).toBe('local');
    await cli.ok('create', '--name', 'plain', 'alpine', 'true');
    expect(await show('plain', 'json .HostConfig.LogConfig')).toBe('{"Type":"local","Config":{"max-size":"7m"}}');
    await cli.ok('create', '--name', 'other', '--log-driver', 'json-file', 'alpine', 'true');
    expect(await show('other', 'json .HostConfig.LogConfig')).toBe('{"Type":"json-file","Config":{}}');
    await cli.ok('rm', 'plain', 'other');
    await daemon.stop();
    await expect(daemon.start(['--log-opt', 'colour=red'])).rejects.toThrow(
      "failed to set log opts: unknown log opt 'colour' for json-file log driver",
    );
    await daemon.start();
  });
});
