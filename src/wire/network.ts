import * as z from 'zod';
import { flag, list, map, nullableList, nullableMap, number, text } from './lenient.ts';

const strings = list(z.string());
const stringMap = map(z.string());

/** One subnet of a network that is to be created; "" where the engine chooses. */
const ipamConfigSchema = z.object({ Subnet: text(), IPRange: text(), Gateway: text(), AuxiliaryAddresses: stringMap });
export type IpamConfig = z.output<typeof ipamConfigSchema>;

/** The body of POST /networks/create. `EnableIPv4` is of API 1.48: absent means true. */
export const networkCreateSchema = z.object({
  Name: text(),
  Driver: text(),
  Scope: text(),
  Internal: flag(),
  Attachable: flag(),
  Ingress: flag(),
  ConfigOnly: flag(),
  EnableIPv4: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  EnableIPv6: flag(),
  IPAM: z
    .object({ Driver: text(), Options: nullableMap(z.string()), Config: list(ipamConfigSchema) })
    .nullish()
    .transform((value) => value ?? { Driver: '', Options: null, Config: [] }),
  Options: stringMap,
  Labels: stringMap,
});
export type NetworkCreate = z.output<typeof networkCreateSchema>;

/** What a container wants of a network: names, addresses, which of several gives the default route. */
export const endpointConfigSchema = z.object({
  Aliases: nullableList(z.string()),
  IPAMConfig: z
    .object({ IPv4Address: text(), IPv6Address: text(), LinkLocalIPs: strings })
    .nullish()
    .transform((value) => value ?? null),
  Links: nullableList(z.string()),
  MacAddress: text(),
  DriverOpts: nullableMap(z.string()),
  GwPriority: number(),
});
export type EndpointConfig = z.output<typeof endpointConfigSchema>;

/** The body of POST /networks/{id}/connect. */
export const networkConnectSchema = z.object({ Container: text(), EndpointConfig: endpointConfigSchema.nullish() });
/** The body of POST /networks/{id}/disconnect. */
export const networkDisconnectSchema = z.object({ Container: text(), Force: flag() });

/** A subnet as a network shows it; only what it has. */
export interface IpamSummary {
  Subnet: string;
  Gateway?: string;
  IPRange?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** A network as list and inspect answer it (API 1.24 to 1.50). `Created` is RFC 3339. */
export interface NetworkSummary {
  Name: string;
  Id: string;
  Created: string;
  Scope: 'local';
  Driver: string;
  EnableIPv4: boolean;
  EnableIPv6: boolean;
  IPAM: { Driver: string; Options: Record<string, string> | null; Config: IpamSummary[] };
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  ConfigFrom: { Network: string };
  ConfigOnly: boolean;
  Containers: Record<string, NetworkEndpoint>;
  Options: Record<string, string>;
  Labels: Record<string, string>;
}

/** A container on a network, by the container's id in `NetworkSummary.Containers`. */
export interface NetworkEndpoint {
  Name: string;
  EndpointID: string;
  MacAddress: string;
  IPv4Address: string;
  IPv6Address: string;
}
