import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandLine } from '../../support/command-line.ts';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import { mountPoints, tracesOf } from '../../support/traces.ts';

/** Each round has a start by a user, which makes the policy's delays short again, and two by the policy. */
const rounds = 10;

describe('a container that crashes again and again', () => {
  const daemon = new TestDaemon();
  const cli = new CommandLine('docker', daemon.host);
  withDaemon(daemon, ['alpine']);

  const restarts = async () => Number(await cli.ok('inspect', '--format', '{{.RestartCount}}', 'crashing'));
  const restart = () => daemon.request('/containers/crashing/restart?t=0', { method: 'POST' });
  const round = async (): Promise<void> => {
    expect((await restart()).status).toBe(204);
    await expect.poll(restarts, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  };
  const settled = async (id: string): Promise<number> => {
    await cli.ok('stop', '-t', '0', 'crashing');
    const left = () => [
      ...mountPoints().filter((path) => path.startsWith(daemon.folder)),
      ...tracesOf(daemon.folder, [id]).cgroups,
      ...tracesOf(daemon.folder, []).processes.filter((line) => line.includes('conmon')),
      ...[
        'networks/namespaces',
        'networks/sandboxes',
        'bundles',
        'runtime/containers',
        'runtime/state',
        'runtime/s',
      ].flatMap((folder) => readdirSync(join(daemon.execRoot, folder)).filter((name) => name.includes(id))),
    ];
    await expect.poll(left, { timeout: 30_000 }).toEqual([]);
    return readdirSync(`/proc/${daemon.pid}/fd`).length;
  };

  test('leaves nothing of a run behind, and no open files in the daemon', async () => {
    const more = ['-v', 'kept:/data', '--network', 'loop', '--log-opt', 'max-size=1k', '--health-cmd', 'true'];
    await cli.ok('network', 'create', 'loop');
    await cli.ok(
      'run',
      '-d',
      '--name',
      'crashing',
      '--restart',
      'always',
      ...more,
      'alpine',
      'sh',
      '-c',
      'seq 99; exit 1',
    );
    const id = await cli.ok('inspect', '--format', '{{.Id}}', 'crashing');
    await round();
    const before = await settled(id);
    for (let count = 0; count < rounds; count += 1) await round();
    await settled(id);
    await expect
      .poll(() => readdirSync(`/proc/${daemon.pid}/fd`).length, { timeout: 30_000 })
      .toBeLessThanOrEqual(before);
    await cli.ok('rm', 'crashing');
    await cli.ok('network', 'rm', 'loop');
  });
});
