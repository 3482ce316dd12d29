import type { DrillEvidence } from '../../wire/index.ts';
import { say, warn } from '../app.ts';
import { defineCommand } from '../command.ts';
import { integer, text } from '../flags/index.ts';
import { followWork } from '../progress/follow-work.ts';
import { backupsPath } from './paths.ts';
import { repoFlag } from './repo-flag.ts';
import { splitAt } from './restore.ts';

export const drill = defineCommand({
  usage: '[OPTIONS] VOLUME[@TIME|@ID]',
  details:
    'Restores the backup into a volume of its own, starts the image and command of the container that uses the volume on it,\n' +
    'without a network, and waits for its health check, or until --command ends well in it. What came of it is kept and shown by\n' +
    'backup status; what was made for it is removed. Exit code 1 where it did not work.',
  flags: {
    command: text('Command for the container’s shell that proves that it works', { placeholder: 'command' }),
    container: text('Container whose image to start, where several use the volume', { placeholder: 'container' }),
    repo: repoFlag,
    timeout: integer('Seconds to wait for the proof', { initial: 120, min: 1, max: 86_400 }),
  },
  args: { min: 1, max: 1 },
  completes: ['volume'],
  examples: [
    {
      what: 'A database whose image has no health check',
      command: 'holdfast backup drill --command \'psql -U postgres -c "SELECT count(*) FROM orders"\' pgdata',
    },
  ],
  async run({ app, values, args }) {
    const { volume, at } = splitAt(args[0] ?? '');
    const body = {
      volume,
      at,
      command: values.command === '' ? [] : ['/bin/sh', '-c', values.command],
      container: values.container,
      timeoutSeconds: values.timeout,
      repository: values.repo,
    };
    const request = { method: 'POST' as const, path: backupsPath('/drill'), body };
    const evidence = await followWork<DrillEvidence>(app, request, { what: 'Restoring' });
    const { passed, snapshot, seconds, message } = evidence;
    if (passed) say(app, `${volume}: backup ${snapshot} is proven restorable (${seconds.toFixed(1)}s)`);
    else warn(app, `${volume}: the drill failed: ${message}`);
    return passed ? 0 : 1;
  },
});
