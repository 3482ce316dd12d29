import { defineCommand } from '../command.ts';
import { commaList, cut, integer, list, text } from '../flags/index.ts';
import { named } from '../object-path.ts';
import { plainNetwork } from '../run/network-flag.ts';
import { endpoint } from '../run/network-flags.ts';

export const connect = defineCommand({
  usage: '[OPTIONS] NETWORK CONTAINER',
  flags: {
    alias: commaList('Further name of the container on the network'),
    'driver-opt': list('Option of the driver'),
    'gw-priority': integer('The network with the highest gives the default gateway'),
    ip: text('IPv4 address'),
    ip6: text('IPv6 address'),
    link: list('Link to another container'),
    'link-local-ip': commaList('Link-local address'),
  },
  args: { min: 2, max: 2 },
  completes: ['network', 'container'],
  async run({ app, values, args: [network = '', container = ''] }) {
    await app.client().send({
      method: 'POST',
      path: `${named('network', network)}/connect`,
      body: {
        Container: container,
        EndpointConfig: endpoint({
          ...plainNetwork(network),
          aliases: [...values.alias],
          driverOptions: Object.fromEntries(values['driver-opt'].map(cut)),
          gatewayPriority: values['gw-priority'],
          ipv4: values.ip,
          ipv6: values.ip6,
          linkLocal: [...values['link-local-ip']],
          links: [...values.link],
        }),
      },
    });
    return 0;
  },
});
