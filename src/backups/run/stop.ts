import { randomBytes } from 'node:crypto';
import { promises as files, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conflict, messageOf } from '../../errors/index.ts';
import { type Log, writeDurable } from '../../host/index.ts';
import type { BackupContainers, UsingContainer } from '../containers.ts';

const folderOf = (root: string): string => join(root, 'stopped');

interface Stopping {
  /** `<data-root>/backups`. */
  root: string;
  containers: BackupContainers;
}

/**
 * Stops containers, the last first. Which they are is on disk before, so that they are started again whatever happens.
 * @returns what starts exactly those again, the first first; it throws only after having tried all.
 * @throws conflict for a `--rm` container, which would be gone.
 */
export async function stopForBackup(
  { root, containers }: Stopping,
  users: readonly UsingContainer[],
): Promise<() => Promise<void>> {
  const unwilling = users.find(({ autoRemove }) => autoRemove);
  if (unwilling !== undefined)
    throw conflict(`container ${unwilling.name} was started with --rm: stopping it for a backup would remove it`);
  const ids = users.map(({ id }) => id);
  mkdirSync(folderOf(root), { recursive: true, mode: 0o700 });
  const path = join(folderOf(root), `${randomBytes(8).toString('hex')}.json`);
  await writeDurable(path, JSON.stringify(ids));
  const startAgain = () => startAll(containers, ids, path);
  try {
    for (const id of ids.toReversed()) await containers.stop(id);
  } catch (error) {
    await startAgain();
    throw error;
  }
  return startAgain;
}

/** At start: starts what a backup that was cut off had stopped. */
export async function startStopped({ root, containers }: Stopping, log: Log): Promise<void> {
  mkdirSync(folderOf(root), { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folderOf(root)).filter((each) => each.endsWith('.json') && !each.startsWith('.'))) {
    const path = join(folderOf(root), name);
    try {
      const ids = JSON.parse(readFileSync(path, 'utf8')) as string[];
      log.info({ containers: ids }, 'starting containers that were stopped for a backup');
      await startAll(containers, ids, path);
    } catch (error) {
      log.error({ err: messageOf(error) }, 'could not start all containers that were stopped for a backup');
    }
  }
}

async function startAll(containers: BackupContainers, ids: readonly string[], path: string): Promise<void> {
  const failures: unknown[] = [];
  for (const id of ids) {
    try {
      await containers.start(id);
    } catch (error) {
      failures.push(error);
    }
  }
  // Tried once: what cannot be started now would not start at every later start of the daemon either.
  await files.rm(path, { force: true });
  if (failures.length > 0) throw failures[0];
}
