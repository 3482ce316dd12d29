import * as z from 'zod';
import { flag, list, map, text } from './lenient.ts';

/** The body of POST /networks/create. */
export const networkCreateSchema = z.object({
  Name: text(),
  Driver: text(),
  Internal: flag(),
  Attachable: flag(),
  EnableIPv6: flag(),
  IPAM: z
    .object({ Driver: text(), Options: map(z.string()), Config: list(z.record(z.string(), z.unknown())) })
    .nullish()
    .transform((value) => value ?? { Driver: '', Options: {}, Config: [] }),
  Options: map(z.string()),
  Labels: map(z.string()),
});
export type NetworkCreate = z.output<typeof networkCreateSchema>;

/** The body of POST /networks/{id}/connect and, with Force, of /disconnect. */
export const networkEndpointSchema = z.object({ Container: text(), Force: flag() });

/** A network as list and inspect answer it (API 1.24 to 1.50). `Created` is RFC 3339. */
export interface NetworkSummary {
  Name: string;
  Id: string;
  Created: string;
  Scope: 'local';
  Driver: string;
  EnableIPv4: boolean;
  EnableIPv6: boolean;
  IPAM: { Driver: string; Options: Record<string, string> | null; Config: Array<Record<string, string>> };
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
