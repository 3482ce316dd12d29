import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf, systemError } from '../../errors/index.ts';
import { codeOf } from '../../host/index.ts';
import type { PortRequest, PublishedPort } from '../sandbox.ts';
import { type HostPort, listenAddresses, takeHostPort } from './host-port.ts';

/** How often a port is chosen by chance before giving up; each try misses only where that very port is taken. */
const attempts = 100;

/** The ports of this host that lead into sandboxes, by the sandbox's id. */
export class PortPublisher {
  readonly #held = new Map<string, HostPort[]>();

  /**
   * Takes the ports that are asked for, all or none.
   * @param containerIp where they lead; @throws system `Bind for 0.0.0.0:80 failed: port is already allocated`
   */
  async publish(id: string, requests: readonly PortRequest[], containerIp: string): Promise<PublishedPort[]> {
    const published: PublishedPort[] = [];
    try {
      for (const request of requests) published.push(await this.#publishOne(id, request, containerIp));
    } catch (error) {
      this.release(id);
      throw error;
    }
    return published;
  }

  /**
   * Takes ports again that an earlier daemon has published. One that somebody else has taken meanwhile is left: the packet
   * filter leads to the container all the same.
   */
  async adopt(id: string, ports: readonly PublishedPort[], containerIp: string): Promise<void> {
    for (const port of ports) await this.#take(id, { ...port, port: port.hostPort, containerIp }).catch(() => false);
  }

  release(id: string): void {
    for (const port of this.#held.get(id) ?? []) port.close();
    this.#held.delete(id);
  }

  close(): void {
    for (const id of [...this.#held.keys()]) this.release(id);
  }

  async #publishOne(id: string, request: PortRequest, containerIp: string): Promise<PublishedPort> {
    const { protocol, containerPort, hostIp } = request;
    for (const port of portsToTry(request)) {
      try {
        if (await this.#take(id, { ...request, port, containerIp }))
          return { protocol, containerPort, hostIp, hostPort: port };
      } catch (error) {
        throw systemError(
          `failed to bind host port ${hostIp || '0.0.0.0'}:${port}/${protocol}: ${reasonOf(error)}`,
          error,
        );
      }
    }
    const wanted = request.to > request.from ? `${request.from}-${request.to}` : String(request.from);
    throw systemError(`Bind for ${hostIp || '0.0.0.0'}:${wanted} failed: port is already allocated`);
  }

  /** @returns false, with nothing taken, where somebody else has the port on one of the addresses */
  async #take(
    id: string,
    wanted: Omit<PublishedPort, 'hostPort'> & { port: number; containerIp: string },
  ): Promise<boolean> {
    const taken: HostPort[] = [];
    const giveBack = (): void => {
      for (const port of taken) port.close();
    };
    try {
      for (const address of listenAddresses(wanted.hostIp)) {
        const port = await takeHostPort(address, wanted.port, wanted);
        if (port === undefined) {
          giveBack();
          return false;
        }
        taken.push(port);
      }
    } catch (error) {
      giveBack();
      throw error;
    }
    this.#held.set(id, [...(this.#held.get(id) ?? []), ...taken]);
    return true;
  }
}

const reasonOf = (error: unknown): string =>
  codeOf(error) === 'EADDRNOTAVAIL' ? 'cannot assign requested address: this host does not have it' : messageOf(error);

function* portsToTry({ from, to }: PortRequest): Generator<number> {
  if (from > 0) {
    for (let port = from; port <= to; port += 1) yield port;
    return;
  }
  const [low, high] = ephemeralRange();
  for (let attempt = 0; attempt < attempts; attempt += 1) yield randomInt(low, high + 1);
}

/** Where the kernel takes ports from that nobody has named, and Docker likewise. */
function ephemeralRange(): [number, number] {
  const [low = 32768, high = 60999] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1')
    .trim()
    .split(/\s+/)
    .map(Number);
  return [low, high];
}
