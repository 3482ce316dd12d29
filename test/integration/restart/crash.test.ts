import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';

describe('a crash in the middle of work', () => {
  const daemon = new TestDaemon();
  const cli = new CommandLine('holdfast', daemon.host);
  withDaemon(daemon, ['alpine']);

  test('leaves every volume either whole or absent', async () => {
    for (let round = 0; round < 5; round++) {
      const names = Array.from({ length: 40 }, (_, index) => `round_${round}_${index}`);
      const body = (Name: string) => ({ method: 'POST', body: { Name, Labels: { round: String(round) } } });
      // Answers that the crash cuts off are part of the test.
      const created = names.map((name) =>
        daemon.request('/volumes/create', body(name)).then(
          ({ status }) => status === 201,
          () => false,
        ),
      );
      await Promise.race(created);
      await daemon.kill();
      const acknowledged = (await Promise.all(created)).flatMap((done, index) => (done ? [names[index]] : []));
      await daemon.start();

      const { body: list } = await daemon.request('/volumes');
      const volumes = (list as { Volumes: Array<{ Name: string; Labels: Record<string, string> }> }).Volumes;
      const mine = volumes.filter((volume) => volume.Name.startsWith(`round_${round}_`));
      expect(mine.map((volume) => volume.Name)).toEqual(expect.arrayContaining(acknowledged));
      for (const volume of mine) expect(volume.Labels).toEqual({ round: String(round) });
      const folders = readdirSync(join(daemon.dataRoot, 'volumes')).filter((name) =>
        name.startsWith(`round_${round}_`),
      );
      expect(folders.sort()).toEqual(mine.map((volume) => volume.Name).sort());
    }
  });

  test('leaves no half-made container behind', async () => {
    for (let round = 0; round < 5; round++) {
      const runs = ['a', 'b', 'c'].map((name) =>
        cli.run(['run', '-d', '--name', `${name}${round}`, '-v', `v_${name}:/data`, 'alpine', 'sleep', '600']),
      );
      await new Promise((resolve) => setTimeout(resolve, 40 * round));
      await daemon.kill();
      await Promise.all(runs);
      await daemon.start();
      const ids = (await cli.ok('ps', '-aq')).split('\n').filter((id) => id !== '');
      for (const id of ids) {
        const status = await cli.ok('inspect', '--format', '{{.State.Status}}', id);
        expect(['created', 'running', 'exited']).toContain(status);
        await cli.ok('rm', '-f', id);
      }
      expect(await cli.ok('run', '--rm', '-v', 'v_a:/data', 'alpine', 'echo', 'fine')).toBe('fine');
    }
  });
});
