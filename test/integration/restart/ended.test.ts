import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

eachCommandLine('what ended while no daemon ran', ['alpine'], ({ cli, daemon }) => {
  const inspect = (name: string, format: string) => cli.ok('inspect', '--format', format, name);

  /** Starts a container that ends when told to, kills the daemon, tells it, waits for its end, starts the daemon. */
  const endWhileAway = async (name: string, ...flags: string[]) => {
    const command = 'while ! [ -e /signal/go ]; do sleep 0.02; done; echo last words; exit 7';
    await cli.ok(
      'run',
      '-d',
      '--name',
      name,
      '-v',
      `${daemon.folder}:/signal`,
      ...flags,
      'alpine',
      'sh',
      '-c',
      command,
    );
    const pid = await inspect(name, '{{.State.Pid}}');
    await daemon.kill();
    const go = join(daemon.folder, 'go');
    writeFileSync(go, '');
    while (existsSync(`/proc/${pid}`)) await sleep(20);
    rmSync(go);
    await daemon.start();
  };

  test('has its exit code, its log and its end', async () => {
    await endWhileAway('gone');
    expect(await cli.ok('wait', 'gone')).toBe('7');
    expect(await inspect('gone', '{{.State.Status}} {{.State.ExitCode}} {{.State.Pid}}')).toBe('exited 7 0');
    expect(Date.parse(await inspect('gone', '{{.State.FinishedAt}}'))).toBeGreaterThan(Date.now() - 60_000);
    expect(await cli.ok('logs', 'gone')).toBe('last words');
    expect(await cli.ok('ps', '-q')).toBe('');
    await cli.ok('rm', 'gone');
  });

  test('with --rm it is removed, with its anonymous volume', async () => {
    await endWhileAway('fleeting', '--rm', '-v', '/anonymous', '-v', 'named:/named');
    for (let tries = 0; tries < 100 && (await cli.ok('ps', '-aq')) !== ''; tries++) await sleep(50);
    expect(await cli.ok('ps', '-aq')).toBe('');
    expect(await cli.ok('volume', 'ls', '-q')).toBe('named');
    expect(await cli.ok('volume', 'rm', 'named')).toBe('named');
  });

  test('with --rm it is removed where it never started, or where a power failure took its record', async () => {
    await cli.ok('create', '--rm', '--name', 'never', 'alpine', 'true');
    const id = await cli.ok('create', '--rm', '--name', 'hollow', 'alpine', 'true');
    await daemon.kill();
    truncateSync(join(daemon.dataRoot, 'containers', id, 'container.json'));
    await daemon.start();
    await expect.poll(() => readdirSync(join(daemon.dataRoot, 'containers'))).toEqual([]);
    expect(await cli.ok('ps', '-aq')).toBe('');
  });

  test('a volume created just before a crash is there, a removed one is not', async () => {
    await cli.ok('volume', 'create', '--label', 'a=b', 'just_made');
    await cli.ok('volume', 'create', 'just_gone');
    await cli.ok('volume', 'rm', 'just_gone');
    await daemon.kill();
    await daemon.start();
    expect(await cli.ok('volume', 'ls', '-q')).toContain('just_made');
    expect(await cli.ok('volume', 'ls', '-q')).not.toContain('just_gone');
    expect(await cli.ok('volume', 'inspect', '--format', '{{index .Labels "a"}}', 'just_made')).toBe('b');
  });

  test('containers that never started keep their references', async () => {
    await cli.ok('create', '--name', 'waiting', '-v', 'reserved:/data', 'alpine', 'true');
    await daemon.kill();
    await daemon.start();
    expect((await cli.run(['volume', 'rm', 'reserved'])).stderr).toContain('volume is in use');
    expect(await inspect('waiting', '{{.State.Status}}')).toBe('created');
    await cli.ok('start', 'waiting');
    expect(await cli.ok('wait', 'waiting')).toBe('0');
    await cli.ok('rm', 'waiting');
    expect(await cli.ok('volume', 'rm', 'reserved')).toBe('reserved');
  });
});
