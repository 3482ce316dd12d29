import type { MountSummary } from '../../src/wire/index.ts';
import type { TestDaemon } from './daemon.ts';

/** What a request for a container came to; `mounts` are those of inspect, by destination. */
export interface Planned {
  status: number;
  message: string;
  mounts: MountSummary[];
  hostConfig: Record<string, unknown>;
}

interface Options {
  /** The API version to speak. */
  version?: string;
  /** Fields of the request beside HostConfig. */
  config?: object;
}

/** Creates a container of alpine over the API. */
export async function createContainer(
  daemon: TestDaemon,
  HostConfig: object,
  { version = '1.50', config = {} }: Options = {},
): Promise<{ status: number; message: string; id: string }> {
  const body = { Image: 'alpine', Cmd: ['true'], ...config, HostConfig };
  const answer = await daemon.request(`/v${version}/containers/create`, { method: 'POST', body });
  const { Id = '', message = '' } = answer.body as { Id?: string; message?: string };
  return { status: answer.status, message, id: Id };
}

/** Creates a container, looks at it, and removes it with its anonymous volumes. */
export async function planContainer(daemon: TestDaemon, HostConfig: object, options: Options = {}): Promise<Planned> {
  const { status, message, id } = await createContainer(daemon, HostConfig, options);
  if (id === '') return { status, message, mounts: [], hostConfig: {} };
  const { body } = await daemon.request(`/containers/${id}/json`);
  await removeContainer(daemon, id);
  const { Mounts, HostConfig: hostConfig } = body as { Mounts: MountSummary[]; HostConfig: Planned['hostConfig'] };
  const mounts = Mounts.sort((one, other) => (one.Destination < other.Destination ? -1 : 1));
  return { status, message, mounts, hostConfig };
}

/** Creates and starts a container, and removes it. @returns the answer to the start, or to the create where it failed. */
export async function startContainer(
  daemon: TestDaemon,
  HostConfig: object,
  options: Options = {},
): Promise<{ status: number; message: string }> {
  const created = await createContainer(daemon, HostConfig, options);
  if (created.id === '') return created;
  const { status, body } = await daemon.request(`/containers/${created.id}/start`, { method: 'POST' });
  await removeContainer(daemon, created.id);
  return { status, message: (body as { message?: string }).message ?? '' };
}

async function removeContainer(daemon: TestDaemon, id: string): Promise<void> {
  const { status } = await daemon.request(`/containers/${id}?v=1&force=1`, { method: 'DELETE' });
  if (status !== 204) throw new Error(`removing container ${id}: status ${status}`);
}
