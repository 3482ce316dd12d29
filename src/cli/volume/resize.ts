import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { ownVolume } from './own-path.ts';

export const resize = defineCommand({
  usage: 'VOLUME SIZE',
  details:
    'SIZE is the most that the volume may hold from now on, such as 10g; 0 takes the limit away. On btrfs the volume may be in use. Elsewhere it can only grow while it is in use.',
  flags: {},
  args: { min: 2, max: 2 },
  completes: ['volume'],
  examples: [{ what: 'Give a database more room while it runs', command: 'holdfast volume resize db 20g' }],
  async run({ app, args: [name = '', size = ''] }) {
    await app.client().json({ method: 'POST', path: ownVolume(name, 'resize'), body: { size } });
    say(app, name);
    return 0;
  },
});
