import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { SingleFlight } from '../../async/index.ts';
import { forbidden, isKind } from '../../errors/index.ts';
import { type DirectoryLock, lockDirectory, routedSubnets } from '../../host/index.ts';
import { formatSubnet, freeSubnet, overlaps, parseSubnet } from '../addresses/index.ts';
import { firstAddress } from '../create.ts';
import type { NetworkRecord, SubnetRecord } from '../network.ts';
import type { NetworkStore } from '../store.ts';
import { lowerBridge, raiseBridge } from './bridge.ts';

/** Held while a subnet is chosen and put on a bridge, by one engine of this host at a time. */
const hostWideLock = '/run/holdfast-networks';

/** The bridges of the networks: each is made when its first container comes, not before. */
export class Bridges {
  readonly #store: NetworkStore;
  readonly #tag: string;
  readonly #up = new Set<string>();
  readonly #raising = new SingleFlight<NetworkRecord>();

  /** @param tag the engine's mark on its links */
  constructor(store: NetworkStore, tag: string) {
    this.#store = store;
    this.#tag = tag;
  }

  /** The networks whose bridges are there. */
  up(): NetworkRecord[] {
    return this.#store.all().filter(({ id }) => this.#up.has(id));
  }

  isUp({ id }: NetworkRecord): boolean {
    return this.#up.has(id);
  }

  /** A bridge with containers on it that an earlier daemon has made. */
  adopt(network: NetworkRecord): void {
    this.#up.add(network.id);
  }

  /**
   * Makes a network's bridge where it is not there. One without a subnet gets one, durably; one whose subnet the engine has
   * chosen, and which somebody else has taken meanwhile, gets another.
   * @returns the network with its subnets
   * @throws forbidden where a subnet that was asked for is in use on this host; see also {@link raiseBridge}
   */
  raise(network: NetworkRecord): Promise<NetworkRecord> {
    if (this.#up.has(network.id)) return Promise.resolve(this.#store.get(network.id));
    return this.#raising.run(network.id, () => alone(() => this.#raise(this.#store.get(network.id))));
  }

  async lower({ id, bridge }: NetworkRecord): Promise<void> {
    this.#up.delete(id);
    await lowerBridge(bridge);
  }

  /** The network with a subnet, as it would be raised now; nothing is made or kept. */
  withSubnets(network: NetworkRecord): NetworkRecord {
    if (!network.automatic || this.#up.has(network.id)) return network;
    const others = this.#store.all().filter(({ id }) => id !== network.id);
    const subnets = others.flatMap((other) => other.subnets.map(({ subnet }) => subnet));
    const taken = [...routedSubnets(network.bridge), ...subnets].map(parseSubnet);
    const isTaken = ({ subnet }: SubnetRecord) => taken.some((other) => overlaps(other, parseSubnet(subnet)));
    const [ipv4, ipv6] = [false, true].map((six) =>
      network.subnets.filter(({ subnet }) => subnet.includes(':') === six),
    );
    if (ipv4?.length && !ipv4.some(isTaken)) return network;
    return { ...network, subnets: [chosen(freeSubnet(taken)), ...(ipv6 ?? [])] };
  }

  async #raise(known: NetworkRecord): Promise<NetworkRecord> {
    const network = this.withSubnets(known);
    if (network.automatic) await this.#store.save(network);
    else refuseRouted(network);
    await raiseBridge(network, this.#tag);
    this.#up.add(network.id);
    return network;
  }
}

const chosen = (subnet: ReturnType<typeof freeSubnet>): SubnetRecord => ({
  subnet: formatSubnet(subnet),
  gateway: firstAddress(subnet),
  ipRange: '',
  auxiliary: {},
});

/**
 * A network over a subnet that the host reaches already would cut the host off from it. Being part of a larger one that the
 * host has a route to is fine, as with Docker: the narrower route wins.
 */
function refuseRouted({ name, subnets, bridge }: NetworkRecord): void {
  const routed = routedSubnets(bridge).map(parseSubnet);
  const clash = subnets.find(({ subnet }) => {
    const own = parseSubnet(subnet);
    return routed.some((other) => overlaps(other, own) && other.prefix >= own.prefix);
  });
  if (clash === undefined) return;
  throw forbidden(
    `cannot set up network ${name}: its subnet ${clash.subnet} overlaps with one that this host has a route to; remove the network and create it with another --subnet`,
  );
}

async function alone<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(hostWideLock, { recursive: true, mode: 0o700 });
  const lock = await lockPatiently();
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function lockPatiently(): Promise<DirectoryLock> {
  for (;;) {
    try {
      return lockDirectory(hostWideLock);
    } catch (error) {
      if (!isKind(error, 'conflict')) throw error;
      await delay(5);
    }
  }
}
