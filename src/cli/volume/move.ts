import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { followWork } from '../progress/follow-work.ts';
import { ownVolume } from './own-path.ts';

export const move = defineCommand({
  usage: 'VOLUME POOL',
  details:
    'The containers that use the volume must be stopped. Whatever happens on the way, the volume is in one of the pools, whole; Ctrl-C leaves it where it was. Its snapshots move with it.',
  flags: {},
  args: { min: 2, max: 2 },
  completes: ['volume', 'pool'],
  examples: [{ what: 'Move a volume to where snapshots are instant', command: 'holdfast volume move db fast' }],
  async run({ app, args: [name = '', pool = ''] }) {
    const request = { method: 'POST', path: ownVolume(name, 'move'), body: { pool } } as const;
    await followWork(app, request, { what: `Moving ${name}` });
    say(app, name);
    return 0;
  },
});
