import { defineCommand } from '../command.ts';
import { commaList, list, text } from '../flags/index.ts';
import { named } from '../object-path.ts';

export const connect = defineCommand({
  usage: '[OPTIONS] NETWORK CONTAINER',
  flags: {
    alias: commaList('Further name of the container on the network'),
    'driver-opt': list('Option of the driver'),
    ip: text('IPv4 address'),
    ip6: text('IPv6 address'),
    link: list('Link to another container'),
  },
  args: { min: 2, max: 2 },
  completes: ['network', 'container'],
  async run({ app, values, args: [network = '', container = ''] }) {
    await app.client().send({
      method: 'POST',
      path: `${named('network', network)}/connect`,
      body: {
        Container: container,
        EndpointConfig: {
          IPAMConfig: { IPv4Address: values.ip, IPv6Address: values.ip6 },
          Links: values.link,
          Aliases: values.alias,
        },
      },
    });
    return 0;
  },
});
