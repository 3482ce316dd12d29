import { isIP } from 'node:net';
import { invalidArgument } from '../../errors/index.ts';
import { csvFields } from './csv.ts';

/** `HostConfig.PortBindings`: a container's port, and where the host has it. */
export type PortBindings = Record<string, { HostIp: string; HostPort: string }[]>;

/** Reads all `-p` values. @throws invalid-argument in docker's words. */
export function readPublished(specs: readonly string[]): PortBindings {
  const bindings: PortBindings = {};
  for (const spec of specs) {
    for (const [port, binding] of bindingsOf(spec.includes('=') ? shortForm(spec) : spec)) {
      bindings[port] = [...(bindings[port] ?? []), binding];
    }
  }
  return bindings;
}

/** Reads `--expose` values: a port or a range, with a protocol. */
export function readExposed(specs: readonly string[]): string[] {
  return specs.flatMap((spec) => {
    if (spec.includes(':')) throw invalidArgument(`invalid port format for --expose: ${spec}`);
    const [ports = '', protocol = 'tcp'] = spec.split('/');
    const range = parseRange(ports);
    if (range !== undefined) return numbers(range).map((port) => `${port}/${protocol}`);
    const reason =
      ports === '' ? 'empty string specified for ports' : `strconv.ParseUint: parsing "${ports}": invalid syntax`;
    throw invalidArgument(`invalid range format for --expose: ${spec}, error: ${reason}`);
  });
}

/** `published=8080,target=80` as `8080:80`. */
function shortForm(spec: string): string {
  const fields = new Map<string, string>();
  for (const field of csvFields(spec)) {
    const [key = '', value] = field.split('=');
    if (value === undefined || value === '') throw invalidArgument(`invalid field: ${field}`);
    if (!['target', 'published', 'protocol', 'mode', 'app_protocol', 'name'].includes(key.toLowerCase())) {
      throw invalidArgument(`invalid field key: ${key}`);
    }
    fields.set(key.toLowerCase(), value);
  }
  const target = fields.get('target');
  if (target === undefined) throw invalidArgument(`missing mandatory field '${'target'}'`);
  const published = fields.has('published') ? `${fields.get('published')}:` : '';
  return `${published}${target}/${fields.get('protocol') ?? 'tcp'}`;
}

type Binding = [port: string, binding: { HostIp: string; HostPort: string }];

function bindingsOf(spec: string): Binding[] {
  const { ip, host, container } = splitSpec(spec);
  const [inside = '', rawProtocol = 'tcp'] = container.split('/');
  const protocol = rawProtocol.toLowerCase();
  const address = ip.replace(/^\[(.*)\]$/, '$1');
  if (address !== '' && isIP(address.split('%')[0] ?? '') === 0)
    throw invalidArgument(`invalid IP address: ${address}`);
  if (inside === '') throw invalidArgument(`no port specified: ${spec}<empty>`);
  const ports = parseRange(inside);
  if (ports === undefined) throw invalidArgument(`invalid containerPort: ${inside}`);
  const hostPorts = host === '' ? undefined : parseRange(host);
  if (host !== '' && hostPorts === undefined) throw invalidArgument(`invalid hostPort: ${host}`);
  if (!['tcp', 'udp', 'sctp'].includes(protocol)) throw invalidArgument(`invalid proto: ${rawProtocol}`);
  return pairUp({ ports, hostPorts, ranges: `${inside} and ${host}` }).map(([port, hostPort]) => [
    `${port}/${protocol}`,
    { HostIp: address, HostPort: hostPort },
  ]);
}

function splitSpec(spec: string): { ip: string; host: string; container: string } {
  const parts = spec.split(':');
  const container = parts.pop() ?? '';
  const host = parts.pop() ?? '';
  return { ip: parts.join(':'), host, container };
}

interface Ranges {
  ports: [first: number, last: number];
  hostPorts: [first: number, last: number] | undefined;
  ranges: string;
}

/** Matches ranges one to one; a single port may have a whole range of the host to choose from. */
function pairUp({ ports, hostPorts, ranges }: Ranges): [number, string][] {
  if (hostPorts === undefined) return numbers(ports).map((port) => [port, '']);
  const [first, last] = ports;
  const [hostFirst, hostLast] = hostPorts;
  if (hostLast - hostFirst === last - first)
    return numbers(ports).map((port) => [port, String(hostFirst + port - first)]);
  if (first === last) return [[first, `${hostFirst}-${hostLast}`]];
  throw invalidArgument(`invalid ranges specified for container and host Ports: ${ranges}`);
}

function parseRange(raw: string): [number, number] | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(raw);
  const first = Number(match?.[1] ?? Number.NaN);
  const last = Number(match?.[2] ?? first);
  return match !== null && first <= last && last <= 65535 ? [first, last] : undefined;
}

function numbers([first, last]: [number, number]): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
