import {
  conflict,
  forbidden,
  type HoldfastError,
  isKind,
  notFound,
  systemError,
  unauthorized,
  unavailable,
} from '../../errors/index.ts';
import { masked } from './masked.ts';
import type { Access } from './restic.ts';

const locked = Symbol('locked');

/** Whether a failure is that somebody else has locked the repository. */
export const isLocked = (error: unknown): boolean => typeof error === 'object' && error !== null && locked in error;

/** What restic says when what it reads is not what was written. */
const damage =
  /ciphertext verification failed|hash mismatch|invalid data returned|does not match id|pack ID does not match|Pack ID does not match|unable to load (?:tree|blob|index)|not found in (?:any )?index|id .* not found in repository|error loading tree|unexpected pack size|pack .*: does not exist|repository contains errors|file .*: unexpected EOF|load <(?:data|index|snapshot)\/|config cannot be loaded/i;

const unreachable =
  /dial tcp|connection refused|no such host|i\/o timeout|network is unreachable|no route to host|connection reset|ssh: |subprocess ssh|TLS handshake|x509: |context deadline exceeded|unable to open repository/i;

const refused =
  /access ?denied|forbidden|InvalidAccessKeyId|SignatureDoesNotMatch|401 Unauthorized|403|permission denied/i;

const absent = /unable to open config file/i;

const lockWords = /repository is already locked(?: exclusively)? by PID (\d+) on (\S+) by (.+)/;
const lockAge = /lock was created at (.+)/;

/**
 * What went wrong, for people: by kind, with the repository's name, without secrets, and with what to do next.
 * Kinds: unauthorized for a wrong key; not-found where there is no repository; conflict where somebody else has it locked;
 * unavailable where it cannot be reached; forbidden where its place refuses us; system for the rest, damage among it.
 */
export function resticFailure(access: Access, exitCode: number | null, stderr: string): HoldfastError {
  const words = masked(access, wordsOf(stderr)) || (exitCode === null ? 'it was killed' : `exit status ${exitCode}`);
  const place = `repository "${access.name}" (${masked(access, access.location)})`;
  if (/wrong password or no key found/.test(words)) {
    return unauthorized(`${place}: the key does not open it; give the right one with backup repo add --password-file`);
  }
  const lock = lockWords.exec(words);
  if (lock !== null) return Object.assign(lockFailure(place, lock, words), { [locked]: true });
  if (/no space left on device|disk quota exceeded/i.test(words)) {
    return systemError(`${place}: no space is left (${firstLine(words)}); free some and run it again`);
  }
  if (damage.test(words)) {
    const advice = 'see it all with backup verify --read-data, and keep what is left until that is clean';
    return systemError(`${place} is damaged: ${firstLine(words)}; ${advice}`);
  }
  if (unreachable.test(words)) return unavailable(`${place} cannot be reached: ${firstLine(words)}`);
  if (refused.test(words)) return forbidden(`${place} refuses access: ${firstLine(words)}`);
  if (absent.test(words)) return notFound(`${place}: there is no restic repository (${firstLine(words)})`);
  return systemError(`${place}: ${words.slice(-2048)}`);
}

/** Whether a failure is that there is no repository where one was looked for. */
export const isAbsent = (error: unknown): boolean => isKind(error, 'not-found');

function lockFailure(place: string, lock: RegExpExecArray, words: string): HoldfastError {
  const [, pid = '', host = '', user = ''] = lock;
  const since = lockAge.exec(words)?.[1] ?? 'an unknown time';
  return conflict(
    `${place} is locked by process ${pid} on ${host} (${user.trim()}) since ${since}: wait for it to end, or run "restic unlock" where it is gone for good`,
  );
}

/** With --json some complaints come as JSON, one a line. */
function wordsOf(stderr: string): string {
  return stderr
    .split('\n')
    .map((line) => messageIn(line).replace(/^Fatal: /, ''))
    .filter((line) => line.trim() !== '' && !/^(using temporary cache|create exclusive lock)/.test(line))
    .join('\n')
    .trim();
}

function messageIn(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { error, item = '' } = JSON.parse(line) as { error?: { message?: string }; item?: string };
    return error?.message ?? `${item}: ${JSON.stringify(error)}`;
  } catch {
    // Not JSON after all.
    return line;
  }
}

const firstLine = (words: string): string => words.split('\n')[0]?.slice(0, 512) ?? '';
