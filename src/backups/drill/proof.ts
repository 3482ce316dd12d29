import { setTimeout as delay } from 'node:timers/promises';
import { cancelled, systemError } from '../../errors/index.ts';
import type { BackupContainers } from '../containers.ts';

interface Trial {
  /** The container's. */
  id: string;
  /** Empty for its health check. */
  command: readonly string[];
  timeoutSeconds: number;
}

const pauseMs = 250;
const shownOutput = 500;

/**
 * Waits until a container proves that it works: by its health check, or by a command in it that ends well; one that does not is
 * run again, for a database takes a while to be up.
 * @throws system where it ended, is unhealthy, or the time is over, with what it said last; cancelled.
 */
export async function waitForProof(
  containers: BackupContainers,
  trial: Trial,
  signal: AbortSignal | undefined,
): Promise<void> {
  const over = AbortSignal.timeout(trial.timeoutSeconds * 1000);
  const either = signal === undefined ? over : AbortSignal.any([signal, over]);
  let last = '';
  while (!either.aborted) {
    const { isRunning, exitCode, health } = await containers.stateOf(trial.id);
    if (!isRunning)
      throw failed(`the container ended with exit code ${exitCode}`, await containers.lastWords(trial.id));
    if (trial.command.length === 0) {
      if (health === 'healthy') return;
      if (health === 'unhealthy') throw failed('the container is unhealthy', await containers.lastWords(trial.id));
    } else {
      const { exitCode: code, output } = await containers.exec(trial.id, trial.command, either);
      if (code === 0) return;
      last = `exit code ${code}: ${output}`;
    }
    // Cut short by the end of the time or of the request, which the loop's condition tells.
    await delay(pauseMs, undefined, { signal: either, ref: false }).catch(() => {});
  }
  if (signal?.aborted === true) throw cancelled('the request was cancelled');
  throw failed(`no proof within ${trial.timeoutSeconds} seconds`, last || (await containers.lastWords(trial.id)));
}

const failed = (what: string, words: string) =>
  systemError(words.trim() === '' ? what : `${what}: ${words.trim().slice(-shownOutput)}`);
