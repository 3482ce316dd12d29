import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { type RunResult, run, type Spawned, spawnProcess } from '../../host/index.ts';
import type { RegistryAuth } from '../../wire/index.ts';
import type { Reference } from '../reference.ts';
import { writeAuthFile } from './auth-file.ts';
import { registryError, type Transfer } from './registry-error.ts';

/** What a call to a registry needs. */
export interface RegistryCall {
  reference: Reference;
  transfer: Transfer;
  auth: RegistryAuth | undefined;
  /** An existing folder for short-lived files. */
  scratch: string;
  signal?: AbortSignal | undefined;
}

/** Where an image is at a registry, in the words of containers-transports(5). */
export function registryAddress({ domain, path, tag, digest }: Reference): string {
  const selector = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return `docker://${domain}/${path}${selector}`;
}

/** Runs skopeo to its end. @param args its command and arguments; the credentials' file is put behind the command. */
export async function askRegistry(call: RegistryCall, args: readonly string[]): Promise<RunResult> {
  const file = writeAuthFile(call.scratch, call.reference.domain, call.auth);
  try {
    const [command = '', ...rest] = args;
    const argv = [...skopeo(), command, '--authfile', file.path, ...rest];
    return await run(argv, call.signal === undefined ? {} : { signal: call.signal });
  } catch (error) {
    throw registryError(error, call.transfer, call.reference);
  } finally {
    file.remove();
  }
}

/** Where the administrator says which images may be trusted; containers-policy.json(5). */
const policyFile = '/etc/containers/policy.json';

/** Without a policy skopeo does nothing at all, and a host that never had one means to accept every image. */
function skopeo(): string[] {
  return existsSync(policyFile) ? ['skopeo'] : ['skopeo', '--insecure-policy'];
}

/** A copy under way; `done` rejects with what went wrong, in Docker's words. */
export interface Copy {
  process: Spawned;
  done: Promise<void>;
}

/** Starts `skopeo copy`, whose standard output names each blob it comes to. */
export function startCopy(call: RegistryCall, args: readonly string[]): Copy {
  const file = writeAuthFile(call.scratch, call.reference.domain, call.auth);
  const process = spawnProcess([...skopeo(), 'copy', '--authfile', file.path, ...args], { stdin: 'ignore' });
  const stop = (): void => process.kill('SIGTERM');
  call.signal?.addEventListener('abort', stop, { once: true });
  let words = '';
  process.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-8192);
  });
  const done = process.exited.then(({ code }) => {
    call.signal?.removeEventListener('abort', stop);
    file.remove();
    if (call.signal?.aborted === true) throw registryError('the request was cancelled', call.transfer, call.reference);
    if (code !== 0) throw registryError(words, call.transfer, call.reference);
  });
  // Awaited later, when the progress has been told: a failure before that is not unhandled.
  done.catch(() => {});
  return { process, done };
}

/** Registries on this machine may speak plain HTTP, as with Docker; no other may. */
export function tlsArguments(domain: string, end: 'src' | 'dest' | ''): string[] {
  const host = domain.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const local = host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.')) || host === '::1';
  return local ? [`--${end === '' ? '' : `${end}-`}tls-verify=false`] : [];
}
