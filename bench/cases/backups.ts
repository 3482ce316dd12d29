import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench, Case, Measurement } from '../case.ts';
import { timed } from '../statistics.ts';

const run = promisify(execFile);

/** A gigabyte, of which one part in a hundred changes between two backups. */
const files = 1000;
const fileSize = 1024 * 1024;
const changed = files / 100;
const volume = 'bench_backup';

/** Backups of a gigabyte that does not compress: the first, the second with a hundredth changed, and the way back beside plain restic's. */
export const backups: Case = {
  name: 'backups',
  async measure(bench) {
    const holdfast = (...args: string[]) => bench.holdfast.client(bench.programs.holdfast, args);
    await holdfast('volume', 'create', volume);
    const data = (await holdfast('volume', 'inspect', '-f', '{{.Mountpoint}}', volume)).trim();
    fill(data, 0, files);
    const first = await timed(() => holdfast('backup', 'run', volume));
    fill(data, 0, changed);
    const second = await timed(() => holdfast('backup', 'run', volume));
    const restores = await restoreBothWays(bench, holdfast);
    await holdfast('volume', 'rm', '--now', volume);
    return [
      { name: 'first backup of 1 GB', unit: 'ms', values: { holdfast: first }, goal: '-' },
      {
        name: 'second backup of 1 GB, 1 % changed',
        unit: 'ms',
        values: { holdfast: second },
        goal: `20x faster than the first (here ${(first / second).toFixed(1)}x)`,
      },
      restores,
    ];
  },
};

function fill(folder: string, from: number, to: number): void {
  for (let index = from; index < to; index += 1) writeFileSync(join(folder, `file-${index}`), randomBytes(fileSize));
}

/** Each twice, in turn, onto the same disk. */
async function restoreBothWays(bench: Bench, holdfast: (...args: string[]) => Promise<string>): Promise<Measurement> {
  const [repository = '', keyFile = ''] = (
    await holdfast('backup', 'repo', 'ls', '--format', '{{.Location}} {{.KeyFile}}')
  )
    .trim()
    .split(' ');
  const target = join(bench.folder, 'restic');
  const values = { holdfast: Number.POSITIVE_INFINITY, restic: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 2; round += 1) {
    const ours = await timed(() => holdfast('backup', 'restore', '--to', 'bench_restored', volume));
    await holdfast('volume', 'rm', '--now', 'bench_restored');
    const args = ['-r', repository, '--password-file', keyFile, '--cache-dir', join(bench.folder, 'cache')];
    const words = [...args, 'restore', 'latest', '--tag', `volume=${volume}`, '--target', target];
    // What plain restic writes is on disk when it is counted, as what Holdfast writes is when it answers.
    const theirs = await timed(() => run('restic', words).then(() => run('sync', ['-f', target])));
    rmSync(target, { recursive: true });
    values.holdfast = Math.min(values.holdfast, ours);
    values.restic = Math.min(values.restic, theirs);
  }
  return {
    name: 'restore of 1 GB',
    unit: 'ms',
    values,
    goal: `within 1.3x of plain restic (here ${(values.holdfast / values.restic).toFixed(2)}x)`,
  };
}
