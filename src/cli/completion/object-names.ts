import { encodeFilters } from '../../client/index.ts';
import { HoldfastError } from '../../errors/index.ts';
import type { NetworkSummary, PoolSummary, RepositorySummary, VolumeSummary } from '../../wire/index.ts';
import type { App } from '../app.ts';
import type { Noun } from '../command.ts';
import type { ListedContainer } from '../container/listing.ts';
import type { ListedImage } from '../image/listing.ts';
import { trashItems } from '../volume/trash/listing.ts';

/** Names of what the engine has of a kind; none where it does not answer, since completing must not complain. */
export async function namesOf(app: App, noun: Noun): Promise<string[]> {
  try {
    return await fetchers[noun](app);
  } catch (error) {
    if (error instanceof HoldfastError) return [];
    throw error;
  }
}

const fetchers: Record<Noun, (app: App) => Promise<string[]>> = {
  container: (app) => containerNames(app, new Map()),
  'running-container': (app) => containerNames(app, new Map([['status', ['running', 'paused']]])),
  'stopped-container': (app) => containerNames(app, new Map([['status', ['created', 'exited']]])),
  'container-path': async (app) => (await containerNames(app, new Map())).map((name) => `${name}:`),
  image: imageNames,
  volume: volumeNames,
  trash: async (app) => (await trashItems(app)).flatMap(({ id, name }) => [name, id]),
  network: networkNames,
  pool: poolNames,
  'backup-repository': repositoryNames,
  file: async () => [],
};

async function containerNames(app: App, filters: ReadonlyMap<string, string[]>): Promise<string[]> {
  const query = { all: true, filters: encodeFilters(filters) };
  const containers = await app.client().json<ListedContainer[]>({ method: 'GET', path: '/containers/json', query });
  return containers.flatMap(({ Names }) => (Names ?? []).map((name) => name.replace(/^\//, '')));
}

async function imageNames(app: App): Promise<string[]> {
  const images = await app.client().json<ListedImage[]>({ method: 'GET', path: '/images/json' });
  return images.flatMap(({ RepoTags }) => (RepoTags ?? []).map((tag) => tag.replace(/:latest$/, '')));
}

async function volumeNames(app: App): Promise<string[]> {
  const { Volumes } = await app.client().json<{ Volumes: VolumeSummary[] | null }>({ method: 'GET', path: '/volumes' });
  return (Volumes ?? []).map(({ Name }) => Name);
}

async function poolNames(app: App): Promise<string[]> {
  const pools = await app.client().json<PoolSummary[]>({ method: 'GET', path: '/holdfast/v1/pools' });
  return pools.map(({ name }) => name);
}

async function networkNames(app: App): Promise<string[]> {
  const networks = await app.client().json<NetworkSummary[]>({ method: 'GET', path: '/networks' });
  return networks.map(({ Name }) => Name);
}

async function repositoryNames(app: App): Promise<string[]> {
  const path = '/holdfast/v1/backups/repositories';
  return (await app.client().json<RepositorySummary[]>({ method: 'GET', path })).map(({ name }) => name);
}
