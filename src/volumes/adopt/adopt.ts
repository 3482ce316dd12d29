import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { conflict, invalidArgument, messageOf, notFound } from '../../errors/index.ts';
import { copyTree, fsyncDirectory, removeTree, syncfs, writeDurable } from '../../host/index.ts';
import { isReceiver, type Receiver } from '../capabilities.ts';
import type { Core } from '../core.ts';
import { createFilled } from '../create-filled.ts';
import { refuseProtected } from '../protect.ts';
import type { Volume, VolumeDriver } from '../volume.ts';
import { type DockerVolume, dockerVolumes, encodeDockerOptions, withDockerRoot } from './docker-root.ts';

/** What is to be taken over from Docker, or given back to it. */
export interface AdoptRequest {
  /** A data root of Docker's: /var/lib/docker, or a copy. */
  root: string;
  /** Names; empty for all. */
  volumes: readonly string[];
  /** Says what would be done and does nothing. */
  dryRun: boolean;
  /** Leaves the volume where it is as well. */
  copy: boolean;
}

/** What became, or would become, of one volume. */
export interface Adopted {
  name: string;
  /** `rename` takes no time; `skip` leaves everything as it is. */
  how: 'rename' | 'copy' | 'skip';
  /** Why it is skipped; "" otherwise. */
  reason: string;
}

/**
 * Takes over the volumes of a stopped Docker: by renaming them where a pool is on the same file system, else by copying,
 * after which Docker still has them. One that fails is skipped, and says why; nothing is lost or half done.
 * Raises `adopt` for each.
 * @throws what `withDockerRoot` throws; not-found for a name that Docker does not have.
 */
export async function adoptVolumes(core: Core, request: AdoptRequest): Promise<Adopted[]> {
  return withDockerRoot(request.root, async (folder) => {
    const all = dockerVolumes(folder);
    const missing = request.volumes.find((name) => !all.some((volume) => volume.name === name));
    if (missing !== undefined) throw notFound(`there is no volume ${missing} in ${folder}`);
    const wanted = all.filter(({ name }) => request.volumes.length === 0 || request.volumes.includes(name));
    const adopted: Adopted[] = [];
    for (const volume of wanted) {
      const work = () => adoptOne(core, volume, request);
      adopted.push(await skipping(volume.name, () => core.locks.hold(volume.name, work)));
    }
    return adopted;
  });
}

async function adoptOne(core: Core, volume: DockerVolume, { copy, dryRun }: AdoptRequest): Promise<Adopted['how']> {
  const { name, labels, options, createdAt, folder, obstacle } = volume;
  if (obstacle !== '') throw invalidArgument(obstacle);
  if ((await core.store.find(name)) !== undefined) throw conflict('a volume of that name exists');
  const local = await localDriver(core);
  const canRename = !copy && local.canReceive(folder);
  if (dryRun) return canRename ? 'rename' : 'copy';
  if (canRename) await local.receive(folder, { name, labels, options, createdAt });
  else await createFilled(core, { name, labels, options, driver: local.name }, (data) => copyData(folder, data));
  core.emit({ type: 'volume', action: 'adopt', id: name, attributes: { driver: local.name } });
  return canRename ? 'rename' : 'copy';
}

async function copyData(folder: string, data: string): Promise<void> {
  const from = join(folder, '_data');
  if (existsSync(from)) await copyTree(from, data);
}

/**
 * Gives volumes to a stopped Docker, by renaming where its root is on the same file system, else only by copying.
 * Raises `release` for each that is not here any more. Labels go along in a file that Docker does not read.
 * @throws as {@link adoptVolumes}.
 */
export async function releaseVolumes(core: Core, request: AdoptRequest): Promise<Adopted[]> {
  const local = await localDriver(core);
  return withDockerRoot(request.root, async (folder) => {
    const { volumes } = await core.store.list([local]);
    const names = request.volumes.length > 0 ? request.volumes : volumes.map(({ name }) => name);
    const released: Adopted[] = [];
    for (const name of [...names].sort()) {
      const work = () => releaseOne(core, { name, to: join(folder, name), local }, request);
      released.push(await skipping(name, () => core.locks.hold(name, work)));
    }
    await fsyncDirectory(folder);
    return released;
  });
}

interface Release {
  name: string;
  /** The folder that it is to have in Docker's root. */
  to: string;
  local: VolumeDriver & Receiver;
}

async function releaseOne(core: Core, { name, to, local }: Release, request: AdoptRequest): Promise<Adopted['how']> {
  const { volume } = await core.store.require(name);
  if (volume.driver !== local.name) throw invalidArgument(`driver "${volume.driver}" keeps it elsewhere`);
  if (existsSync(to)) throw conflict(`${to} exists`);
  if (!request.copy) refuseProtected(volume);
  await core.references.whileFree(name, async () => {
    if (request.dryRun) return;
    if (request.copy) return copyOut(volume, to);
    await local.release(name, { to, options: encodeDockerOptions(volume.options) });
    core.emit({ type: 'volume', action: 'release', id: name, attributes: { driver: local.name } });
  });
  return request.copy ? 'copy' : 'rename';
}

async function copyOut(volume: Volume, to: string): Promise<void> {
  const unfinished = join(to, '..', `.new-${volume.name}`);
  try {
    mkdirSync(unfinished, { mode: 0o701 });
    await copyTree(volume.mountpoint, join(unfinished, '_data'));
    const options = encodeDockerOptions(volume.options);
    if (options !== undefined) await writeDurable(join(unfinished, 'opts.json'), options);
    await syncfs(unfinished);
    renameSync(unfinished, to);
  } finally {
    await removeTree(unfinished);
  }
}

async function skipping(name: string, work: () => Promise<Adopted['how']>): Promise<Adopted> {
  try {
    return { name, how: await work(), reason: '' };
  } catch (error) {
    return { name, how: 'skip', reason: messageOf(error) };
  }
}

async function localDriver(core: Core): Promise<VolumeDriver & Receiver> {
  const driver = await core.drivers.find('local');
  if (!isReceiver(driver)) throw invalidArgument(`driver "${driver.name}" takes over no volumes`);
  return driver;
}
