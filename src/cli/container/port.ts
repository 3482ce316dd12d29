import { invalidArgument } from '../../errors/index.ts';
import { say } from '../app.ts';
import { defineCommand } from '../command.ts';
import { naturalOrder } from '../format/natural-order.ts';
import { named } from '../object-path.ts';

/** What inspect says of a container's ports: "80/tcp" -> where the host has it. */
interface PortFacts {
  NetworkSettings: { Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null };
}

export const port = defineCommand({
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  flags: {},
  args: { min: 1, max: 2 },
  completes: ['container'],
  async run({ app, args: [name = '', wanted] }) {
    const facts = await app.client().json<PortFacts>({ method: 'GET', path: `${named('container', name)}/json` });
    const ports = facts.NetworkSettings.Ports ?? {};
    const lines = wanted === undefined ? allPorts(ports) : onePort(ports, wanted);
    if (wanted !== undefined && lines.length === 0) {
      throw invalidArgument(`Error: No public port '${wanted}' published for ${name}`);
    }
    for (const line of lines.sort(naturalOrder)) say(app, line);
    return 0;
  },
});

type Ports = NonNullable<PortFacts['NetworkSettings']['Ports']>;

function allPorts(ports: Ports): string[] {
  return Object.keys(ports).flatMap((key) => hostsOf(ports, key).map((host) => `${key} -> ${host}`));
}

function onePort(ports: Ports, wanted: string): string[] {
  const [number = '', protocol = 'tcp'] = wanted.split('/');
  if (!/^\d+$/.test(number)) {
    throw invalidArgument(`Error: invalid port (${number}): strconv.ParseUint: parsing "${number}": invalid syntax`);
  }
  return hostsOf(ports, `${number}/${protocol}`);
}

function hostsOf(ports: Ports, key: string): string[] {
  return (ports[key] ?? []).map(
    ({ HostIp, HostPort }) => `${HostIp.includes(':') ? `[${HostIp}]` : HostIp}:${HostPort}`,
  );
}
