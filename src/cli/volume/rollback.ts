import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { followWork } from '../progress/follow-work.ts';
import { snapshotPath } from './snapshot/listing.ts';

export const rollback = defineCommand({
  usage: 'VOLUME SNAPSHOT',
  details:
    'The data that is there now is kept: it becomes a snapshot, whose name is printed. Stop the containers that use the volume\nfirst; stopped ones see the old data when they start again.',
  flags: {},
  args: { min: 2, max: 2 },
  completes: ['volume'],
  async run({ app, args: [volume = '', name = ''] }) {
    const request = { method: 'POST', path: `${snapshotPath(volume, name)}/rollback` } as const;
    const { before } = await followWork<{ before: string }>(app, request, { what: 'Copying' });
    say(app, `${volume}@${before}`);
    return 0;
  },
});
