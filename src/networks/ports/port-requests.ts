import { isIP } from 'node:net';
import { invalidArgument } from '../../errors/index.ts';
import type { PortRequest } from '../sandbox.ts';

/** The fields of a container's configuration that say which ports are published. */
export interface PortWishes {
  /** Keys like `80/tcp`; also ranges, `8000-8010/tcp`, as old clients send them. */
  exposed: Readonly<Record<string, unknown>>;
  bindings: Readonly<Record<string, ReadonlyArray<{ HostIp: string; HostPort: string }> | null>>;
  publishAll: boolean;
}

/**
 * The ports that a container publishes: its bindings, and with `publishAll` every exposed port that has none, on a free one.
 * @param hostIp for bindings without an address; "" for all
 * @throws invalid-argument for a port, address or protocol that is none
 */
export function portRequests({ exposed, bindings, publishAll }: PortWishes, hostIp = ''): PortRequest[] {
  const requests = Object.entries(bindings).flatMap(([key, wanted]) => {
    const [port] = parsePorts(key);
    return port === undefined ? [] : (wanted ?? []).map((binding) => requestOf(port, binding, hostIp));
  });
  if (!publishAll) return requests;
  const bound = (port: ContainerPort) =>
    requests.some(({ containerPort, protocol }) => containerPort === port.containerPort && protocol === port.protocol);
  const free = Object.keys(exposed)
    .flatMap(parsePorts)
    .filter((port) => !bound(port));
  return [...requests, ...free.map((port) => ({ ...port, hostIp, from: 0, to: 0 }))];
}

type ContainerPort = Pick<PortRequest, 'protocol' | 'containerPort'>;

/** `80`, `80/tcp`, `53/udp`, `8000-8010/tcp`. @throws invalid-argument */
export function parsePorts(key: string): ContainerPort[] {
  const [ports = '', protocol = 'tcp', ...more] = key.split('/');
  const name = protocol.toLowerCase();
  if (name === 'sctp') throw invalidArgument(`invalid port ${key}: SCTP ports cannot be published`);
  if (more.length > 0 || (name !== 'tcp' && name !== 'udp')) throw invalidArgument(`invalid proto: ${protocol}`);
  const [first, last] = parseRange(ports, 1);
  return Array.from({ length: last - first + 1 }, (_, index) => ({ protocol: name, containerPort: first + index }));
}

function requestOf(
  port: ContainerPort,
  { HostIp, HostPort }: { HostIp: string; HostPort: string },
  hostIp: string,
): PortRequest {
  if (HostIp !== '' && isIP(HostIp) === 0) throw invalidArgument(`invalid IP address: ${HostIp}`);
  const [from, to] = HostPort === '' ? [0, 0] : parseRange(HostPort, 0);
  return { ...port, hostIp: HostIp === '' ? hostIp : HostIp, from, to };
}

function parseRange(text: string, lowest: number): [number, number] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (match === null || first < lowest || last > 65535 || last < first)
    throw invalidArgument(`invalid port range: ${text}`);
  return [first, last];
}
