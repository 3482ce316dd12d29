import type { ImageService } from '../images/index.ts';
import { toMountSummary } from '../volumes/index.ts';
import type { MountSummary } from '../wire/index.ts';
import type { Container } from './container.ts';
import {
  type EndpointSettings,
  endpointsOf,
  type NetworkIds,
  type PortSummary,
  portSummaries,
} from './network/settings.ts';
import type { Status } from './record.ts';
import { statusText } from './status-text.ts';

/** A container as GET /containers/json lists it (API 1.24 to 1.50). */
export interface ContainerSummary {
  Id: string;
  Names: string[];
  Image: string;
  ImageID: string;
  Command: string;
  /** Seconds since the epoch. */
  Created: number;
  Ports: PortSummary[];
  /** Bytes the container wrote, and those with its image's; only where the request asks for sizes. */
  SizeRw?: number;
  SizeRootFs?: number;
  Labels: Record<string, string>;
  State: Status;
  Status: string;
  HostConfig: { NetworkMode: string; Annotations?: Record<string, string> };
  NetworkSettings: { Networks: Record<string, EndpointSettings> };
  Mounts: MountSummary[];
}

/** The volatile facts that a summary is made against: the clock in ms, and the image that a reference names now. */
export interface SummaryContext {
  now: number;
  imageName(container: Container): string;
  networkId: NetworkIds;
}

export function summarize(container: Container, context: SummaryContext): ContainerSummary {
  const { record, state } = container;
  return {
    Id: record.id,
    Names: [`/${record.name}`],
    Image: context.imageName(container),
    ImageID: record.imageId,
    Command: commandText(record.args),
    Created: Math.trunc(Date.parse(record.created) / 1000),
    Ports: portSummaries(container),
    Labels: record.config.Labels,
    State: state.status,
    Status: statusText(container, context.now),
    HostConfig: hostConfigOf(container),
    NetworkSettings: { Networks: endpointsOf(container, context.networkId) },
    Mounts: record.mountPoints.map((mountPoint) => toMountSummary(mountPoint)),
  };
}

/** The command as one line. Docker quotes an argument that holds a blank, and nothing else. */
export function commandText(args: readonly string[]): string {
  const [path = '', ...rest] = args;
  return [path, ...rest.map((argument) => (argument.includes(' ') ? `'${argument}'` : argument))].join(' ');
}

function hostConfigOf(container: Container): ContainerSummary['HostConfig'] {
  const { NetworkMode, Annotations } = container.record.hostConfig;
  return Object.keys(Annotations).length === 0 ? { NetworkMode } : { NetworkMode, Annotations };
}

/**
 * Tells by which name to show a container's image: the one it was made with, or the image's id where that name means
 * another image by now or none at all. Each name is looked up once, however many containers share it.
 */
export function imageNamer(images: Pick<ImageService, 'get'>): (container: Container) => string {
  const idByName = new Map<string, string>();
  return ({ record }) => {
    const name = record.config.Image;
    if (name === record.imageId) return name;
    const id = idByName.get(name) ?? imageId(images, name);
    idByName.set(name, id);
    return id === record.imageId ? name : record.imageId;
  };
}

function imageId(images: Pick<ImageService, 'get'>, name: string): string {
  try {
    return images.get(name).id;
  } catch {
    // The name is gone, or fits several ids: either way it no longer says which image this is.
    return '';
  }
}
