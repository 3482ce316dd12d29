import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eachCommandLine } from '../../support/engine.ts';

/** Larger than any pipe, any socket buffer and any frame. */
const large = randomBytes(5_000_000);

eachCommandLine('streams are exact', ['alpine'], ({ cli, daemon }) => {
  const bindRandom = () => {
    const file = join(daemon.folder, 'random');
    writeFileSync(file, large);
    return ['-v', `${file}:/random:ro`];
  };

  test('large binary output', async () => {
    const result = await cli.binary(['run', '--rm', ...bindRandom(), 'alpine', 'cat', '/random']);
    expect(result.exitCode).toBe(0);
    expect(result.stdout.equals(large)).toBe(true);
  });

  test('large binary input, and its end', async () => {
    const result = await cli.binary(['run', '--rm', '-i', 'alpine', 'cat'], { input: large });
    expect(result.exitCode).toBe(0);
    expect(result.stdout.equals(large)).toBe(true);
  });

  test('input without -i is not read', async () => {
    expect(await cli.run(['run', '--rm', 'alpine', 'cat'], { input: 'unread' })).toMatchObject({
      stdout: '',
      exitCode: 0,
    });
  });

  test('input to exec', async () => {
    await cli.ok('run', '-d', '--name', 'box', 'alpine', 'sleep', '600');
    const result = await cli.binary(['exec', '-i', 'box', 'sh', '-c', 'cat; echo err >&2; exit 9'], { input: large });
    expect(result).toMatchObject({ exitCode: 9, stderr: 'err\n' });
    expect(result.stdout.equals(large)).toBe(true);
    await cli.ok('rm', '-f', 'box');
  });

  test('output without a last newline, and none at all', async () => {
    expect(await cli.run(['run', '--rm', 'alpine', 'printf', 'no newline'])).toMatchObject({ stdout: 'no newline' });
    expect(await cli.run(['run', '--rm', 'alpine', 'true'])).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  test('the log has the same bytes', async () => {
    await cli.ok('run', '--name', 'talker', ...bindRandom(), 'alpine', 'head', '-c', '1000000', '/random');
    const log = await cli.binary(['logs', 'talker']);
    expect(log.stdout.equals(large.subarray(0, 1_000_000))).toBe(true);
    await cli.ok('rm', 'talker');
  });

  test('output of a program that ends at once is never lost', async () => {
    for (let round = 0; round < 20; round++) {
      expect((await cli.run(['run', '--rm', 'alpine', 'echo', String(round)])).stdout).toBe(`${round}\n`);
    }
  });
});
