import type { Bench, Case, Measurement } from '../case.ts';
import { memoryOf } from '../memory.ts';
import { timed } from '../statistics.ts';

const volume = 'bench_export';
const megabyte = 1024 * 1024;

/** A gigabyte as volumes have it: part of it noise, part of it text and programs. */
const fill = [
  'dd if=/dev/urandom of=/data/noise bs=1M count=300',
  'i=0; while [ $i -lt 700 ]; do cat /bin/busybox; i=$((i+1)); done | head -c 734003200 > /data/text',
].join(' && ');

/** A volume of 1 GB into an archive, beside the way by a container and busybox's gzip. */
export const volumeExport: Case = {
  name: 'volume-export',
  async measure({ holdfast, programs, folder }) {
    const call = (...words: string[]) => holdfast.client(programs.holdfast, words);
    await call('run', '--rm', '-v', `${volume}:/data`, 'alpine', 'sh', '-c', fill);
    const byContainer = ['-v', `${volume}:/data:ro`, '-v', `${folder}:/backup`, 'alpine', 'tar', 'czf'];
    const slow = await timed(() => call('run', '--rm', ...byContainer, '/backup/data.tar.gz', '-C', '/data', '.'));
    const memory = peakGrowth(holdfast);
    const quick = await timed(() => call('volume', 'export', '-o', `${folder}/data.tar.zst`, volume));
    const grown = memory();
    await call('volume', 'rm', volume);
    const values = { holdfast: quick, 'tar czf in a container': slow };
    return [
      { name: 'export of 1 GB', unit: 'ms', values, goal: 'a tenth of tar czf in a container' },
      ...(grown === undefined ? [] : [memoryLine(grown)]),
    ];
  },
};

/** Watches how much a daemon grows. @returns ends it, with the bytes at most; undefined for a daemon that is not ours. */
function peakGrowth({ lifecycle }: Bench['holdfast']): () => number | undefined {
  if (lifecycle === undefined) return () => undefined;
  const before = memoryOf(lifecycle.folder).resident;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, memoryOf(lifecycle.folder).resident - before);
  }, 100);
  return () => {
    clearInterval(timer);
    return most;
  };
}

function memoryLine(grown: number): Measurement {
  const values = { holdfast: grown / megabyte };
  return {
    name: 'memory that an export of 1 GB takes, tar and zstd included',
    unit: 'MB',
    values,
    goal: 'whatever the size',
  };
}
