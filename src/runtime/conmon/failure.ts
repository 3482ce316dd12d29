import { readFileSync } from 'node:fs';
import { type HoldfastError, invalidArgument, systemError } from '../../errors/index.ts';

/** What the user's command or mounts are to blame for; Docker answers 400 to these and 500 to the rest. */
const usersFault =
  /executable file not found|no such file or directory|not found in \$PATH|permission denied|is a directory|not a directory/i;

/** The error of a container that could not be created, in Docker's words around the runtime's. */
export function createFailure(message: string): HoldfastError {
  const text = `failed to create task for container: failed to create shim task: OCI runtime create failed: ${message}: unknown`;
  if (/cannot be mounted because it is (?:inside \/proc|not of type proc)/.test(message)) {
    return systemError(
      `${text}: the runtime lets nothing be mounted over /proc, nor in it but for a few files of figures (/proc/cpuinfo, /proc/meminfo, /proc/uptime …)`,
    );
  }
  if (/not a directory/i.test(message)) {
    const advice = 'Are you trying to mount a directory onto a file (or vice-versa)?';
    return invalidArgument(`${text}: ${advice} Check if the specified host path exists and is the expected type`);
  }
  return usersFault.test(message) ? invalidArgument(text) : systemError(text);
}

/** The error of a created container whose process could not be let go. */
export function startFailure(message: string): HoldfastError {
  return systemError(`failed to start task for container: OCI runtime start failed: ${message}: unknown`);
}

/** The error of an exec that could not be run. */
export function execFailure(message: string): HoldfastError {
  const text = `OCI runtime exec failed: ${message}: unknown`;
  return usersFault.test(message) ? invalidArgument(text) : systemError(text);
}

/**
 * Why a runtime failed: what conmon passed on of its standard error, else the last error of its own log (crun writes
 * there only), else conmon's own complaint.
 */
export function failureWords(words: { message: string; logFile: string; monitor: string }): string {
  if (words.message !== '') return words.message;
  return lastLogged(words.logFile) ?? (words.monitor || 'conmon ended without a word');
}

function lastLogged(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // The runtime did not come so far as to make it.
    return undefined;
  }
  return text
    .split('\n')
    .reverse()
    .map(errorIn)
    .find((found) => found !== undefined);
}

function errorIn(line: string): string | undefined {
  try {
    const { level, msg } = JSON.parse(line) as { level?: string; msg?: string };
    return level === 'error' || level === 'fatal' ? msg : undefined;
  } catch {
    // Cut short, or not JSON: not what is looked for.
    return undefined;
  }
}
