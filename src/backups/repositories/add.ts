import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { conflict, invalidArgument, isKind } from '../../errors/index.ts';
import type { NewRepository } from '../../wire/index.ts';
import { type Access, isAbsent, restic } from '../restic/index.ts';
import { checkLocation, checkRepositoryName, type RepositoryRecord } from './record.ts';
import type { RepositoryStore } from './store.ts';

/** The name of the repository that is made where there is none. */
const firstName = 'local';
/** Bytes of a key that is made here. */
const keyLength = 32;

interface Added {
  record: RepositoryRecord;
  /** There was a repository already, which the key opens. */
  wasThere: boolean;
}

/**
 * Adds a repository: one that is there and opens with the key, else a new one. Without a key a new one gets a key of its own.
 * The record comes first, so that a key that opens something is never lost; it goes where the rest fails.
 * @throws conflict where the name is taken, or where there is a repository and no key was given; unauthorized for a wrong
 *   key; unavailable where the place cannot be reached; invalid-argument.
 */
export async function addRepository(
  store: RepositoryStore,
  wanted: NewRepository,
  signal?: AbortSignal,
): Promise<Added> {
  const { name, location, key = '', environment = {} } = wanted;
  checkRepositoryName(name);
  checkLocation(location);
  if (store.find(name) !== undefined) throw conflict(`backup repository ${name} is there already`);
  const { RESTIC_PASSWORD = '', ...others } = environment;
  const given = (key || RESTIC_PASSWORD).replace(/\r?\n$/, '');
  if (given.includes('\n')) throw invalidArgument('a key is one line');
  const isFirst = store.all().length === 0;
  const record: RepositoryRecord = {
    name,
    location,
    isDefault: wanted.isDefault === true || isFirst,
    keyIsOurs: given === '',
    createdAt: new Date().toISOString(),
    isPending: true,
  };
  await store.create(record, { key: given || randomBytes(keyLength).toString('base64url'), environment: others });
  try {
    const wasThere = await openOrMake(store.access(record), { mayExist: !record.keyIsOurs, signal });
    return { record: await settle(store, record), wasThere };
  } catch (error) {
    await store.drop(name);
    throw error;
  }
}

/** The repository on this machine that is made on first use, where the user has added none. */
export const firstRepository = (root: string): NewRepository => ({
  name: firstName,
  location: join(root, 'repository'),
});

/** Settles what a crash left open between recording a repository and making it. */
export async function settlePending(store: RepositoryStore, record: RepositoryRecord): Promise<void> {
  if (!record.isPending) return;
  await openOrMake(store.access(record), { mayExist: true });
  await settle(store, record);
}

async function settle(store: RepositoryStore, record: RepositoryRecord): Promise<RepositoryRecord> {
  const settled = { ...record, isPending: false };
  if (record.isDefault) {
    for (const other of store.all())
      if (other.isDefault && other.name !== record.name) await store.update({ ...other, isDefault: false });
  }
  await store.update(settled);
  return settled;
}

interface Opening {
  mayExist: boolean;
  signal?: AbortSignal | undefined;
}

/** @returns whether it was there. */
async function openOrMake(access: Access, { mayExist, signal }: Opening): Promise<boolean> {
  try {
    await restic(access, { args: ['cat', 'config', '--no-lock'], signal });
    return true;
  } catch (error) {
    if (isKind(error, 'unauthorized') && !mayExist) {
      throw conflict(`there is a repository at ${access.location} already: give its key with --password-file`, error);
    }
    if (!isAbsent(error)) throw error;
    await restic(access, { args: ['init'], signal });
    return false;
  }
}
