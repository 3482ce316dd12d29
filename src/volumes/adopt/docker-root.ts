import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { conflict, invalidArgument, messageOf, notFound } from '../../errors/index.ts';
import { codeOf, isMountpoint, lockFile } from '../../host/index.ts';
import { isFolderName } from '../name.ts';
import { decodeDockerOptions, decodeRecord, formatCreatedAt } from '../record.ts';
import type { NewVolume } from '../volume.ts';
import { readBucket } from './bolt.ts';

/** A volume in a data root of Docker's. */
export interface DockerVolume extends NewVolume {
  folder: string;
  createdAt: string;
  /** Why it cannot be taken over; "" where it can. */
  obstacle: string;
}

const metadata = z.object({
  Driver: z.string().optional(),
  Labels: z.record(z.string(), z.string()).nullish(),
  Options: z.record(z.string(), z.string()).nullish(),
});
type Metadata = z.output<typeof metadata>;

/**
 * Works on the volumes of a data root of Docker's while no dockerd can.
 * @throws not-found where it is none; conflict where a dockerd runs on it, which holds its database's lock.
 */
export async function withDockerRoot<T>(root: string, work: (volumes: string) => Promise<T>): Promise<T> {
  const volumes = join(root, 'volumes');
  if (!existsSync(`${volumes}/`)) {
    throw notFound(`${root} is no data root of Docker's: it has no folder "volumes"`);
  }
  const release = lockDatabase(root, join(volumes, 'metadata.db'));
  try {
    return await work(volumes);
  } finally {
    release();
  }
}

function lockDatabase(root: string, path: string): () => void {
  try {
    return lockFile(path) ?? (() => undefined);
  } catch (error) {
    if (codeOf(error) !== 'EAGAIN') throw error;
    throw conflict(`a dockerd runs on ${root}: stop it first ("systemctl stop docker.socket docker")`, error);
  }
}

/** All volumes in the folder, by name. @throws system where Docker's database of labels cannot be read. */
export function dockerVolumes(volumes: string): DockerVolume[] {
  const known = readMetadata(join(volumes, 'metadata.db'));
  const names = readdirSync(volumes, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && isFolderName(entry.name),
  );
  return names
    .map(({ name }) => ({ name, folder: join(volumes, name) }))
    .filter(({ folder }) => existsSync(join(folder, '_data')) || existsSync(join(folder, 'opts.json')))
    .map(({ name, folder }) => describe(name, folder, known.get(name)))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function describe(name: string, folder: string, known: Metadata | undefined): DockerVolume {
  const createdAt = formatCreatedAt(statSync(folder).mtimeMs);
  const found = { name, folder, createdAt, labels: known?.Labels ?? null, options: null };
  try {
    if (isMountpoint(join(folder, '_data'))) throw invalidArgument('something is mounted in it: unmount it first');
    const text = textOf(join(folder, 'opts.json'));
    const options = known?.Options ?? (text === undefined ? null : decodeDockerOptions(text));
    // One that was ours before has its labels with it, which Docker's database does not know.
    const own = textOf(join(folder, 'volume.json'));
    const record = own === undefined ? undefined : decodeRecord(own);
    const labels = found.labels ?? record?.labels ?? null;
    return {
      ...found,
      labels,
      options: record?.options ?? options,
      createdAt: record?.createdAt ?? createdAt,
      obstacle: '',
    };
  } catch (error) {
    return { ...found, obstacle: messageOf(error) };
  }
}

function readMetadata(path: string): Map<string, Metadata> {
  if (!existsSync(path)) return new Map();
  const bucket = readBucket(readFileSync(path), 'volumes');
  return new Map([...bucket].map(([name, value]) => [name, metadata.parse(JSON.parse(value.toString()))]));
}

const textOf = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** The options of a volume as Docker's local driver keeps them in `opts.json`; undefined where it would have none. */
export function encodeDockerOptions(options: NewVolume['options']): string | undefined {
  const { type = '', o = '', device = '' } = options ?? {};
  if (type === '' && device === '') return undefined;
  return JSON.stringify({ MountType: type, MountOpts: o, MountDevice: device, Quota: { Size: 0 } });
}
