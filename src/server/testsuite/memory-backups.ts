import { notFound } from '../../errors/index.ts';
import type { NewRepository, RepositorySummary } from '../../wire/index.ts';
import type { BackupsBackend } from '../routes/holdfast/backups-backend.ts';

/** Repositories in memory; there are no backups in them. */
export function memoryBackups(): BackupsBackend {
  const repositories: RepositorySummary[] = [];
  const none = async (): Promise<never> => {
    throw notFound('there are no backups');
  };
  return {
    repositories: () => repositories,
    addRepository: async ({ name, location, isDefault = false }: NewRepository) => {
      const summary = {
        name,
        location,
        isDefault,
        keyFile: '/key',
        keyIsOurs: false,
        createdAt: '2026-01-01T00:00:00Z',
      };
      repositories.push(summary);
      return { ...summary, wasThere: false };
    },
    removeRepository: async (name) => ({ keptKey: `/removed/${name}` }),
    list: async () => [],
    run: none,
    restore: none,
    drill: none,
    prune: none,
    status: async () => [],
    verify: none,
  };
}
