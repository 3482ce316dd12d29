import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryAuth } from '../../wire/index.ts';

/** Credentials where a program can read them and nobody else: in a file, so that no list of processes shows them. */
export interface AuthFile {
  path: string;
  remove(): void;
}

/**
 * Writes credentials for one registry in the form that Docker's and containers' tools share.
 * @param scratch an existing folder. @param registry host and port; `docker.io` for Docker's own.
 */
export function writeAuthFile(scratch: string, registry: string, auth: RegistryAuth | undefined): AuthFile {
  const dir = mkdtempSync(join(scratch, 'auth-'));
  const path = join(dir, 'auth.json');
  const entry = auth === undefined ? undefined : entryOf(auth);
  const auths = entry === undefined ? {} : { [keyOf(registry)]: entry };
  writeFileSync(path, JSON.stringify({ auths }), { mode: 0o600 });
  return { path, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function entryOf({ username, password, auth, identitytoken }: RegistryAuth): Record<string, string> | undefined {
  if (identitytoken !== '') return { auth: base64(`${username || '<token>'}:`), identitytoken };
  if (username !== '') return { auth: base64(`${username}:${password}`) };
  return auth === '' ? undefined : { auth };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Docker's registry goes by the address of its first API. */
const keyOf = (registry: string): string => (registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry);
