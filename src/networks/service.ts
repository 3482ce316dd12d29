import { createHash } from 'node:crypto';
import { forbidden, notFound, notImplemented } from '../errors/index.ts';
import type { Filters, NetworkCreate, NetworkEndpoint, NetworkSummary } from '../wire/index.ts';
import { filterNetworks } from './filter.ts';

/** The networks that exist without being created: their driver by name. */
const PREDEFINED: Readonly<Record<string, string>> = { host: 'host', none: 'null' };

export interface NetworkServiceOptions {
  /** When the predefined networks came to be, RFC 3339. */
  createdAt: string;
  /** Who is on a network, by container id; asked whenever a network is shown. */
  endpointsOf?: (network: string) => Record<string, NetworkEndpoint>;
}

/**
 * The networks of the engine. Only the predefined ones exist so far: `none` (loopback only) and `host`; everything that
 * would need a bridge is refused in so many words.
 */
export class NetworkService {
  readonly #options: NetworkServiceOptions;

  constructor(options: NetworkServiceOptions) {
    this.#options = options;
  }

  /** @throws invalid-argument for unknown filters. */
  list(filters: Filters): NetworkSummary[] {
    return filterNetworks(
      Object.keys(PREDEFINED).map((name) => this.#summary(name)),
      filters,
    );
  }

  /** Finds a network by name, id or the beginning of its id. @throws not-found `network x not found`. */
  get(reference: string): NetworkSummary {
    return this.#summary(nameOf(reference));
  }

  /** @throws forbidden for a predefined name, otherwise not-implemented: there are no bridge networks yet. */
  create(body: NetworkCreate): never {
    if (Object.hasOwn(PREDEFINED, body.Name))
      throw forbidden(`operation is not permitted on predefined ${body.Name} network`);
    throw unavailableBridge(`network ${body.Name} cannot be created`);
  }

  /** @throws forbidden for the predefined networks, not-found for any other. */
  remove(reference: string): never {
    throw forbidden(`${nameOf(reference)} is a pre-defined network and cannot be removed`);
  }

  /** @throws not-found for an unknown network, otherwise not-implemented: a network is chosen when a container is made. */
  connect(reference: string): never {
    throw unavailableBridge(`containers cannot be connected to network ${nameOf(reference)} after they were created`);
  }

  /** @throws as connect. */
  disconnect(reference: string): never {
    throw unavailableBridge(`containers cannot be disconnected from network ${nameOf(reference)}`);
  }

  #summary(name: string): NetworkSummary {
    return {
      Name: name,
      Id: networkIdOf(name),
      Created: this.#options.createdAt,
      Scope: 'local',
      Driver: PREDEFINED[name] ?? '',
      EnableIPv4: true,
      EnableIPv6: false,
      IPAM: { Driver: 'default', Options: null, Config: [] },
      Internal: false,
      Attachable: false,
      Ingress: false,
      ConfigFrom: { Network: '' },
      ConfigOnly: false,
      Containers: this.#options.endpointsOf?.(name) ?? {},
      Options: {},
      Labels: {},
    };
  }
}

/** The id of a predefined network: made from its name, so that it is the same after every restart without a record. */
export const networkIdOf = (name: string): string =>
  createHash('sha256').update(`holdfast network ${name}`).digest('hex');

function nameOf(reference: string): string {
  if (Object.hasOwn(PREDEFINED, reference)) return reference;
  const name = Object.keys(PREDEFINED).find((known) => reference !== '' && networkIdOf(known).startsWith(reference));
  if (name === undefined) throw notFound(`network ${reference} not found`);
  return name;
}

const unavailableBridge = (what: string) =>
  notImplemented(`${what}: bridge networks are not available in this version of holdfast; use --network none or host`);
