/** What somebody wants of one network. */
export interface EndpointRequest {
  /** Name, id, or beginning of the id of a network. */
  network: string;
  /** Names by which others on the network find it, besides the beginning of its id. */
  names: readonly string[];
  /** Addresses and hardware address asked for; "" for whichever is free. */
  ipv4: string;
  ipv6: string;
  mac: string;
  /** Of several networks the one with the highest is the way out; among equals the first by name. */
  gatewayPriority: number;
}

/** An address on a network, with the prefix length of its subnet. */
export interface EndpointAddress {
  address: string;
  prefix: number;
  /** "" on a network without a way out. */
  gateway: string;
}

/** A place on a network. */
export interface Endpoint {
  networkId: string;
  networkName: string;
  /** 64 lowercase hex digits. */
  id: string;
  /** Its link in the sandbox, `eth0` and so on, and the other end of it on the host. */
  inside: string;
  outside: string;
  mac: string;
  ipv4: EndpointAddress;
  ipv6: EndpointAddress | null;
  names: string[];
  gatewayPriority: number;
}

/** A port of the host, or a range to choose one of, that is to lead to a port of the sandbox. */
export interface PortRequest {
  protocol: 'tcp' | 'udp';
  containerPort: number;
  /** "" for every address of the host. */
  hostIp: string;
  /** Both 0 for any port that is free. */
  from: number;
  to: number;
}

/** A port of the host that leads to a port of the sandbox. */
export interface PublishedPort {
  protocol: 'tcp' | 'udp';
  containerPort: number;
  /** "" for every address of the host. */
  hostIp: string;
  hostPort: number;
}

/** A network namespace with its places on networks: what a running container has. Plain JSON. */
export interface Sandbox {
  /** Whose it is: the container's id. */
  id: string;
  /** The namespace, for an OCI spec. */
  path: string;
  endpoints: Endpoint[];
  ports: PublishedPort[];
}

/** The endpoint that is the sandbox's way out, which published ports lead to as well. */
export function gatewayEndpoint(endpoints: readonly Endpoint[]): Endpoint | undefined {
  const better = (a: Endpoint, b: Endpoint): number =>
    b.gatewayPriority - a.gatewayPriority || (a.networkName < b.networkName ? -1 : 1);
  return endpoints.filter(({ ipv4 }) => ipv4.gateway !== '').sort(better)[0];
}
