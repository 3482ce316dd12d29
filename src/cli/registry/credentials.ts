import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { App } from '../app.ts';
import type { ConfigFile } from '../config-file.ts';

/** What Docker's own registry is called in the configuration file. */
export const HUB_KEY = 'https://index.docker.io/v1/';

/** The entry of a registry in `auths`. */
export const keyOf = (registry: string): string =>
  registry === '' || registry === 'docker.io' || registry === 'index.docker.io' ? HUB_KEY : registry;

/** The header that carries a registry's credentials to the engine; none where nobody is logged in. */
export function authHeader(app: App, registry: string): Record<string, string> {
  const auth = authOf(app, keyOf(registry));
  return auth === undefined ? {} : { 'X-Registry-Auth': encode(auth) };
}

/** The header that carries all credentials, for a build whose base images may come from anywhere. */
export function registryConfig(app: App): Record<string, string> {
  const keys = Object.keys(app.config().auths ?? {});
  if (keys.length === 0) return {};
  return { 'X-Registry-Config': encode(Object.fromEntries(keys.map((key) => [key, authOf(app, key)]))) };
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function authOf(app: App, key: string): object | undefined {
  const entry = app.config().auths?.[key];
  if (entry === undefined) return undefined;
  const [username, password] = decode(entry.auth ?? '');
  return {
    ...(username === '' ? {} : { username, password }),
    ...(entry.identitytoken === undefined ? {} : { identitytoken: entry.identitytoken }),
    ...(entry.registrytoken === undefined ? {} : { registrytoken: entry.registrytoken }),
    serveraddress: key,
  };
}

function decode(auth: string): [string, string] {
  const text = Buffer.from(auth, 'base64').toString();
  const at = text.indexOf(':');
  return at === -1 ? ['', ''] : [text.slice(0, at), text.slice(at + 1).replace(/\0+$/, '')];
}

/** Replaces the logins in the configuration file, whose other content stays as it is. Only its owner may read it. */
export function writeAuths(config: ConfigFile, auths: NonNullable<ConfigFile['auths']>): void {
  const { path, ...content } = config;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify({ ...content, auths }, null, '\t')}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
