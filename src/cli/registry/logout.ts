import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { HUB_KEY, keyOf, writeAuths } from './credentials.ts';

export const logout = defineCommand({
  usage: '[SERVER]',
  details: 'Without a server, logs out from Docker Hub.',
  flags: {},
  args: { min: 0, max: 1 },
  async run({ app, args: [server = ''] }) {
    const key = keyOf(server);
    const config = app.config();
    const { [key]: known, ...others } = config.auths ?? {};
    if (known === undefined) {
      say(app, `Not logged in to ${key === HUB_KEY ? 'Docker Hub' : key}`);
      return 0;
    }
    say(app, `Removing login credentials for ${key}`);
    writeAuths(config, others);
    return 0;
  },
});
