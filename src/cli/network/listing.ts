import type { NetworkSummary } from '../../wire/index.ts';
import { labelText } from '../format/labels.ts';
import type { Listing } from '../format/listing.ts';
import { goTimeOf } from '../format/time.ts';
import { shortId } from '../format/truncate.ts';

/** What `network ls` shows of a network. */
export const NETWORKS: Listing<NetworkSummary> = {
  typeName: 'networkContext',
  columns: {
    CreatedAt: { header: 'CREATED AT', value: ({ Created }) => goTimeOf(Created) },
    Driver: { header: 'DRIVER', value: ({ Driver }) => Driver },
    ID: { header: 'NETWORK ID', value: ({ Id }, { truncate }) => (truncate ? shortId(Id) : Id) },
    IPv4: { header: 'IPV4', value: ({ EnableIPv4 }) => String(EnableIPv4 ?? true) },
    IPv6: { header: 'IPV6', value: ({ EnableIPv6 }) => String(EnableIPv6) },
    Internal: { header: 'INTERNAL', value: ({ Internal }) => String(Internal) },
    Labels: { header: 'LABELS', value: ({ Labels }) => labelText(Labels) },
    Name: { header: 'NAME', value: ({ Name }) => Name },
    Scope: { header: 'SCOPE', value: ({ Scope }) => Scope },
  },
  lookups: { Label: ({ Labels }, key) => Labels?.[key] ?? '' },
  table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
  quiet: '{{.ID}}',
  raw: 'network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n',
};
