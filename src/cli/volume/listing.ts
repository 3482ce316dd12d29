import type { VolumeSummary } from '../../wire/index.ts';
import { labelText } from '../format/labels.ts';
import type { Listing } from '../format/listing.ts';
import { humanSize } from '../format/units.ts';

const CLUSTER_ONLY = { value: () => 'N/A' };

/** What `volume ls` and `system df -v` show of a volume. */
export const VOLUMES: Listing<VolumeSummary> = {
  typeName: 'volumeContext',
  columns: {
    Availability: { header: 'AVAILABILITY', ...CLUSTER_ONLY },
    Driver: { header: 'DRIVER', value: (volume) => volume.Driver },
    Group: { header: 'GROUP', ...CLUSTER_ONLY },
    Labels: { header: 'LABELS', value: (volume) => labelText(volume.Labels) },
    Links: { header: 'LINKS', value: (volume) => String(volume.UsageData?.RefCount ?? 'N/A') },
    Mountpoint: { header: 'MOUNTPOINT', value: (volume) => volume.Mountpoint },
    Name: { header: 'VOLUME NAME', value: (volume) => volume.Name },
    Scope: { header: 'SCOPE', value: (volume) => volume.Scope },
    Size: { header: 'SIZE', value: (volume) => (volume.UsageData ? humanSize(volume.UsageData.Size) : 'N/A') },
    Status: { header: 'STATUS', ...CLUSTER_ONLY },
  },
  lookups: { Label: (volume, key) => volume.Labels?.[key] ?? '' },
  table: '{{.Driver}}\t{{.Name}}',
  quiet: '{{.Name}}',
  raw: 'name: {{.Name}}\ndriver: {{.Driver}}\n',
};
