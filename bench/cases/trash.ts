import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Bench, Case, Measurement } from '../case.ts';
import { interleaved, timed } from '../statistics.ts';

/** Removal into the trash and restoring, of a volume of 10 GB. A peer deletes: there is nothing to compare with. */
export const trash: Case = {
  name: 'trash',
  async measure({ holdfast: { api }, rounds }: Bench): Promise<Measurement[]> {
    await api.call('POST', '/volumes/create', { Name: 'bench_large' });
    const { Mountpoint } = JSON.parse(await api.call('GET', '/volumes/bench_large')) as { Mountpoint: string };
    execFileSync('fallocate', ['-l', '10G', join(Mountpoint, 'data')]);
    const removal = () => api.call('DELETE', '/volumes/bench_large');
    const restoring = () => api.call('POST', '/holdfast/v1/trash/restore', { reference: 'bench_large' });
    const removed = await interleaved(
      {
        holdfast: async () => {
          const took = await timed(removal);
          await restoring();
          return took;
        },
      },
      rounds,
    );
    const restored = await interleaved(
      {
        holdfast: async () => {
          await removal();
          return timed(restoring);
        },
      },
      rounds,
    );
    await api.call('DELETE', '/holdfast/v1/volumes/bench_large?now=1');
    const goal = 'under 10 ms';
    return [
      { name: 'removal of 10 GB into the trash', unit: 'ms', values: removed, goal },
      { name: 'restoring 10 GB from the trash', unit: 'ms', values: restored, goal },
    ];
  },
};
