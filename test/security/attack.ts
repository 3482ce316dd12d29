import { createReadStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { busyboxLayer } from '../images/alpine.ts';
import { writeArchive } from '../images/archive.ts';
import { type LayerEntry, writeTar } from '../images/tar-file.ts';
import { createContainer } from '../support/containers.ts';
import type { TestDaemon } from '../support/daemon.ts';

/** What came of a container: where it was refused, `status` and `message` say how; else what it printed and left. */
export interface Outcome {
  status: number;
  message: string;
  output: string;
  exitCode: number;
}

interface Attack {
  /** For the shell in the container. */
  script: string;
  hostConfig?: object;
  /** Fields of the request beside HostConfig. */
  config?: object;
}

/** Runs a script in a container of alpine, waits for its end, and removes it with its anonymous volumes. */
export async function attack(daemon: TestDaemon, { script, hostConfig = {}, config = {} }: Attack): Promise<Outcome> {
  const whole = { Cmd: ['sh', '-c', script], Tty: true, ...config };
  const created = await createContainer(daemon, { NetworkMode: 'none', ...hostConfig }, { config: whole });
  const refused = { status: created.status, message: created.message, output: '', exitCode: -1 };
  if (created.id === '') return refused;
  try {
    return await runToEnd(daemon, created.id);
  } finally {
    await daemon.request(`/containers/${created.id}?v=1&force=1`, { method: 'DELETE' });
  }
}

async function runToEnd(daemon: TestDaemon, id: string): Promise<Outcome> {
  const { status, body } = await daemon.request(`/containers/${id}/start`, { method: 'POST' });
  const { message = '' } = body as { message?: string };
  if (status !== 204) return { status, message, output: '', exitCode: -1 };
  const ended = await daemon.request(`/containers/${id}/wait`, { method: 'POST' });
  const logs = await daemon.request(`/containers/${id}/logs?stdout=1&stderr=1`);
  const { StatusCode } = ended.body as { StatusCode: number };
  return { status, message, output: String(logs.body).replaceAll('\r', ''), exitCode: StatusCode };
}

/** Starts a container that stays, and returns its id. */
export async function startVictim(
  daemon: TestDaemon,
  { script, hostConfig = {}, config = {} }: Attack,
): Promise<string> {
  const whole = { Cmd: ['sh', '-c', script], ...config };
  const { id, message } = await createContainer(daemon, { NetworkMode: 'none', ...hostConfig }, { config: whole });
  const { status, body } = await daemon.request(`/containers/${id}/start`, { method: 'POST' });
  if (status !== 204) throw new Error(`starting a container: ${message} ${JSON.stringify(body)}`);
  return id;
}

/** Loads an image `tag` of busybox with one more layer, as an attacker writes it. */
export async function loadImageWith(
  daemon: TestDaemon,
  tag: string,
  image: { entries: readonly LayerEntry[]; config?: Record<string, unknown> },
): Promise<string> {
  mkdirSync(daemon.folder, { recursive: true });
  const work = mkdtempSync(join(daemon.folder, 'image-'));
  try {
    const layer = join(work, 'layer.tar');
    await writeTar(layer, image.entries);
    const archive = join(work, 'image.tar');
    await writeArchive(archive, { tag, layers: [await busyboxLayer(work), layer], config: image.config ?? {} });
    const answer = await daemon.request('/images/load?quiet=1', { method: 'POST', body: createReadStream(archive) });
    return typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
