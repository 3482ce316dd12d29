import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { commaList, list, map, text, toggle } from '../flags/index.ts';
import { labelMap } from '../format/labels.ts';
import { poolsOf } from './pools.ts';

export const create = defineCommand({
  usage: '[OPTIONS] NETWORK',
  flags: {
    'aux-address': map('Address of the subnet to keep from containers, NAME=ADDRESS'),
    'config-from': text('', { hidden: true }),
    'config-only': toggle('', { hidden: true }),
    ingress: toggle('', { hidden: true }),
    'ipam-driver': text('Driver that gives addresses', { initial: 'default' }),
    'ipam-opt': map('Option of the driver that gives addresses'),
    ipv4: toggle('Give IPv4 addresses', { initial: true }),
    scope: text('', { hidden: true }),
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
  async run({ app, values, given, args: [name = ''] }) {
    const pools = poolsOf({
      subnets: values.subnet,
      ranges: values['ip-range'],
      gateways: values.gateway,
      auxiliary: values['aux-address'],
    });
    const { Id } = await app.client().json<{ Id: string }>({
      method: 'POST',
      path: '/networks/create',
      body: {
        Name: name,
        Driver: values.driver,
        Internal: values.internal,
        Attachable: values.attachable,
        ...(given.has('ipv4') ? { EnableIPv4: values.ipv4 } : {}),
        ...(given.has('ipv6') ? { EnableIPv6: values.ipv6 } : {}),
        IPAM: { Driver: values['ipam-driver'], Options: Object.fromEntries(values['ipam-opt']), Config: pools },
        Scope: values.scope,
        Ingress: values.ingress,
        ConfigOnly: values['config-only'],
        ConfigFrom: values['config-from'] === '' ? null : { Network: values['config-from'] },
        Options: Object.fromEntries(values.opt),
        Labels: labelMap(values.label),
      },
    });
    say(app, Id);
    return 0;
  },
});
