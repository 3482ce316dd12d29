import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { commaList, list, map, text, toggle } from '../flags/index.ts';
import { labelMap } from '../format/labels.ts';

export const create = defineCommand({
  usage: '[OPTIONS] NETWORK',
  flags: {
    attachable: toggle('Let containers be attached by hand'),
    driver: text('Driver of the network', { short: 'd', initial: 'bridge' }),
    gateway: commaList('Gateway of a subnet'),
    internal: toggle('No way out of the network'),
    'ip-range': commaList('Part of the subnet that addresses come from'),
    ipv6: toggle('Give IPv6 addresses too'),
    label: list('Label of the network'),
    opt: map('Option of the driver', { short: 'o' }),
    subnet: commaList('Subnet in CIDR form'),
  },
  args: { min: 1, max: 1 },
  async run({ app, values, args: [name = ''] }) {
    const pools = values.subnet.map((Subnet, at) => ({
      Subnet,
      ...(values.gateway[at] === undefined ? {} : { Gateway: values.gateway[at] }),
      ...(values['ip-range'][at] === undefined ? {} : { IPRange: values['ip-range'][at] }),
    }));
    const { Id } = await app.client().json<{ Id: string }>({
      method: 'POST',
      path: '/networks/create',
      body: {
        Name: name,
        Driver: values.driver,
        Internal: values.internal,
        Attachable: values.attachable,
        EnableIPv6: values.ipv6,
        IPAM: { Driver: 'default', Options: {}, Config: pools },
        Options: Object.fromEntries(values.opt),
        Labels: labelMap(values.label),
      },
    });
    say(app, Id);
    return 0;
  },
});
