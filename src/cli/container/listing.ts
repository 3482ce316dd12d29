import { labelText } from '../format/labels.ts';
import type { Listing, RowOptions } from '../format/listing.ts';
import { ago, goTime } from '../format/time.ts';
import { ellipsis, shortId } from '../format/truncate.ts';
import { humanSize } from '../format/units.ts';
import { type ListedPort, portText } from './ports-text.ts';

/** One entry of GET /containers/json. `Created` in seconds since the epoch, sizes in bytes. */
export interface ListedContainer {
  Id: string;
  Names: string[] | null;
  Image: string;
  ImageID: string;
  Command: string;
  Created: number;
  Ports: ListedPort[] | null;
  Labels: Record<string, string> | null;
  State: string;
  Status: string;
  SizeRw?: number;
  SizeRootFs?: number;
  NetworkSettings?: { Networks?: Record<string, unknown> | null } | null;
  Mounts?: { Type: string; Name?: string; Source: string; Driver?: string }[] | null;
}

/** What `ps` shows of a container. */
export const CONTAINERS: Listing<ListedContainer> = {
  typeName: 'ContainerContext',
  columns: {
    Command: {
      header: 'COMMAND',
      value: ({ Command }, { truncate }) => JSON.stringify(truncate ? ellipsis(Command, 20) : Command),
    },
    CreatedAt: { header: 'CREATED AT', value: ({ Created }) => goTime(Created) },
    ID: { header: 'CONTAINER ID', value: ({ Id }, { truncate }) => (truncate ? shortId(Id) : Id) },
    Image: { header: 'IMAGE', value: imageText },
    Labels: { header: 'LABELS', value: ({ Labels }) => labelText(Labels) },
    LocalVolumes: {
      header: 'LOCAL VOLUMES',
      value: ({ Mounts }) => String((Mounts ?? []).filter((mount) => mount.Driver === 'local').length),
    },
    Mounts: { header: 'MOUNTS', value: mountText },
    Names: { header: 'NAMES', value: nameText },
    Networks: {
      header: 'NETWORKS',
      value: ({ NetworkSettings }) => Object.keys(NetworkSettings?.Networks ?? {}).join(','),
    },
    Platform: { header: 'PLATFORM', value: () => null },
    Ports: { header: 'PORTS', value: ({ Ports }) => portText(Ports ?? []) },
    RunningFor: { header: 'CREATED', value: ({ Created }) => ago(Created) },
    Size: { header: 'SIZE', value: sizeText },
    State: { header: 'STATE', value: ({ State }) => State },
    Status: { header: 'STATUS', value: ({ Status }) => Status },
  },
  lookups: { Label: ({ Labels }, key) => Labels?.[key] ?? '' },
  table: '{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}',
  quiet: '{{.ID}}',
  raw: [
    'container_id: {{.ID}}',
    'image: {{.Image}}',
    'command: {{.Command}}',
    'created_at: {{.CreatedAt}}',
    'state: {{- pad .State 1 0}}',
    'status: {{- pad .Status 1 0}}',
    'names: {{.Names}}',
    'labels: {{- pad .Labels 1 0}}',
    'ports: {{- pad .Ports 1 0}}',
    '',
  ].join('\n'),
};

/** An image shown by its id is cut like an id; a digest after a name says nothing to a person. */
function imageText({ Image, ImageID }: ListedContainer, { truncate }: RowOptions): string {
  if (Image === '') return '<no image>';
  if (!truncate) return Image;
  if (shortId(ImageID) === shortId(Image)) return shortId(Image);
  return Image.replace(/@sha256:[a-f0-9]{64}$/, '');
}

/** Cut, only the container's own name is shown, not those its links give it. */
function nameText({ Names }: ListedContainer, { truncate }: RowOptions): string {
  const names = (Names ?? []).map((name) => name.replace(/^\//, ''));
  return (truncate ? names.filter((name) => !name.includes('/')).slice(0, 1) : names).join(',');
}

function mountText({ Mounts }: ListedContainer, { truncate }: RowOptions): string {
  const names = (Mounts ?? []).map((mount) => mount.Name || mount.Source);
  return names.map((name) => (truncate ? ellipsis(name, 15) : name)).join(',');
}

function sizeText({ SizeRw = 0, SizeRootFs = 0 }: ListedContainer): string {
  const own = humanSize(SizeRw, 3);
  return SizeRootFs > 0 ? `${own} (virtual ${humanSize(SizeRootFs, 3)})` : own;
}
