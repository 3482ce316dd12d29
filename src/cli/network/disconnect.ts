import { defineCommand } from '../command.ts';
import { toggle } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const disconnect = defineCommand({
  usage: '[OPTIONS] NETWORK CONTAINER',
  flags: { force: toggle('Disconnect a container that does not answer', { short: 'f' }) },
  args: { min: 2, max: 2 },
  completes: ['network', 'container'],
  async run({ app, values, args: [network = '', container = ''] }) {
    await app.client().send({
      method: 'POST',
      path: `${named('network', network)}/disconnect`,
      body: { Container: container, Force: values.force },
    });
    return 0;
  },
});
