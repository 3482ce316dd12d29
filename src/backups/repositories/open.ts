import type { Core } from '../core.ts';
import { addRepository, firstRepository, settlePending } from './add.ts';

/**
 * The repository to use: the one of that name, else the default one, which is made on this machine where there is none.
 * @returns its name. @throws not-found for a name that is not known.
 */
export function openRepository(core: Core, name: string, notices: string[]): Promise<string> {
  return core.locks.hold('repositories', async () => {
    const store = core.repositories;
    if (name === '' && store.all().length === 0) {
      const { record } = await addRepository(store, firstRepository(core.root));
      notices.push(
        `made backup repository "${record.name}" on this machine, at ${record.location}: add one elsewhere with backup repo add, since a backup beside its original goes with it`,
        keyNotice(store.keyFile(record.name)),
      );
      return record.name;
    }
    const record = store.require(name);
    await settlePending(store, record);
    return record.name;
  });
}

/** What must be said of every key that is made here. */
const keyNotice = (path: string): string =>
  `KEEP THE KEY: nothing can be restored without it. It was made just now and lies in ${path} (mode 0600); copy it to a place away from this machine. To print it: cat ${path}`;
