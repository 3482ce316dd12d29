import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsCredentials } from '../client/index.ts';
import { invalidArgument, messageOf } from '../errors/index.ts';
import type { GlobalOptions, TlsFlags } from './app.ts';
import { configFolder } from './config-file.ts';

/**
 * What to use TLS with, as docker decides it: `--tlsverify` (even as false), `--tls`, DOCKER_TLS_VERIFY and DOCKER_TLS ask
 * for it; files that are not named are `ca.pem`, `cert.pem` and `key.pem` of DOCKER_CERT_PATH, else of the
 * configuration's folder.
 * @returns undefined where TLS is not asked for
 * @throws invalid-argument for a file that cannot be read: one that was named, or the authority's to check the engine by.
 */
export function tlsCredentials({ tls, config }: GlobalOptions, env: NodeJS.ProcessEnv): TlsCredentials | undefined {
  const verify = tls.tlsverify ?? Boolean(env.DOCKER_TLS_VERIFY);
  if (!verify && tls.tlsverify === undefined && !(tls.tls ?? Boolean(env.DOCKER_TLS))) return undefined;
  const folder = env.DOCKER_CERT_PATH || configFolder(config, env);
  return {
    verify,
    ca: verify ? required(tls.tlscacert ?? join(folder, 'ca.pem'), 'tlscacert') : undefined,
    cert: named('tlscert', tls, join(folder, 'cert.pem')),
    key: named('tlskey', tls, join(folder, 'key.pem')),
  };
}

/** One's own certificate may be missing where nobody named it. */
function named(flag: 'tlscert' | 'tlskey', flags: TlsFlags, otherwise: string): Buffer | undefined {
  const path = flags[flag];
  if (path !== undefined) return required(path, flag);
  try {
    return readFileSync(otherwise);
  } catch {
    // As docker: the engine will say that it wants one.
    return undefined;
  }
}

function required(path: string, flag: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw invalidArgument(`could not read the file of --${flag}: ${messageOf(error)}`, error);
  }
}
