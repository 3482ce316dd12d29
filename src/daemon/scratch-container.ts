import type { ScratchRequest } from '../backups/index.ts';
import type { ContainerService } from '../containers/index.ts';
import { notFound } from '../errors/index.ts';
import { containerCreateSchema, MAX_API_VERSION } from '../wire/index.ts';
import { inspected } from './inspected.ts';

/** What of a container's host configuration its double gets: what its program may need, and nothing that reaches outside. */
const kept = [
  'CapAdd',
  'CapDrop',
  'CpuPeriod',
  'CpuQuota',
  'GroupAdd',
  'Init',
  'Memory',
  'NanoCpus',
  'PidsLimit',
  'ReadonlyRootfs',
  'SecurityOpt',
  'ShmSize',
  'Tmpfs',
  'Ulimits',
];

/**
 * Makes and starts a double of a container: same image, command and environment, but another volume in place of one of its
 * own, none of its other mounts, no ports and no network. @returns its id. Failing leaves nothing.
 */
export async function startScratch(containers: ContainerService, request: ScratchRequest): Promise<string> {
  const model = await inspected(containers, request.like);
  const places = model.Mounts.filter(({ Type, Name }) => Type === 'volume' && Name === request.volume);
  if (places.length === 0) throw notFound(`container ${request.like} does not mount volume ${request.volume}`);
  const HostConfig = {
    ...Object.fromEntries(kept.map((key) => [key, model.HostConfig[key]])),
    NetworkMode: 'none',
    Mounts: places.map(({ Destination }) => ({
      Type: 'volume',
      Source: request.scratchVolume,
      Target: Destination,
      VolumeOptions: { NoCopy: true },
    })),
  };
  const body = containerCreateSchema.parse({
    ...model.Config,
    Hostname: '',
    Image: model.Image,
    Labels: request.labels,
    HostConfig,
  });
  const name = `drill-${request.scratchVolume}`.slice(0, 60);
  const { Id } = await containers.create({ name, body, platform: '', apiVersion: MAX_API_VERSION });
  try {
    await containers.start(Id);
  } catch (error) {
    await containers.remove(Id, { force: true, volumes: true });
    throw error;
  }
  return Id;
}
