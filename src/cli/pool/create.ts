import type { PoolSummary } from '../../wire/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { bytes, text } from '../flags/index.ts';

export const create = defineCommand({
  usage: '[OPTIONS] POOL',
  details:
    'A pool is in a file of --size, which grows as it is filled, or in a folder of yours at --path. Snapshots and clones take no time on btrfs and XFS; elsewhere they are copies. Without --driver, a file is btrfs and a folder what its file system can do.',
  flags: {
    driver: text('What keeps the data', { short: 'd', choices: ['btrfs', 'xfs', 'dir'] }),
    size: bytes('Size of the file that the pool is in, such as 50g'),
    path: text('Folder on the host of the daemon that the pool is in'),
  },
  args: { min: 1, max: 1 },
  examples: [
    {
      what: 'A pool with instant snapshots, clones and limits on any host',
      command: 'holdfast pool create --size 50g fast',
    },
    { what: 'A pool on another disk', command: 'holdfast pool create --path /mnt/disk archive' },
  ],
  async run({ app, values, args: [name = ''], given }) {
    const { driver, size, path } = values;
    const body = {
      name,
      ...(driver === '' ? {} : { driver }),
      ...(given.has('size') ? { size } : {}),
      ...(path === '' ? {} : { path }),
    };
    const made = await app.client().json<PoolSummary>({ method: 'POST', path: '/holdfast/v1/pools', body });
    say(app, made.name);
    return 0;
  },
});
