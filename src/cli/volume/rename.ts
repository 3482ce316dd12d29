import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { ownVolume } from './own-path.ts';

export const rename = defineCommand({
  usage: 'VOLUME NEW_NAME',
  details:
    'Its snapshots go along. Containers know a volume by its name: those that use it, also stopped ones, are removed first.',
  flags: {},
  args: { min: 2, max: 2 },
  completes: ['volume'],
  async run({ app, args: [volume = '', to = ''] }) {
    const path = ownVolume(volume, 'rename');
    const { name } = await app.client().json<{ name: string }>({ method: 'POST', path, body: { to } });
    say(app, name);
    return 0;
  },
});
