import type { ApiClient } from '../../client/index.ts';
import { readText } from '../../client/index.ts';
import { systemError } from '../../errors/index.ts';
import type { WaitResult } from '../../wire/index.ts';

/** Waits for a container to end. */
export interface ExitWait {
  /** @throws system where the engine could not tell. */
  exitCode: Promise<number>;
}

/**
 * Asks for the exit code before the container is started; answers once the engine is watching, so that no exit is
 * missed. `condition` as the API has it: next-exit, removed, not-running.
 */
export async function watchExit(client: ApiClient, container: string, condition: string): Promise<ExitWait> {
  const path = `/containers/${container}/wait`;
  const response = await client.request({ method: 'POST', path, query: { condition } });
  const exitCode = readText(response).then(exitCodeOf);
  // Whoever asks hears of a failure; who has stopped caring must not crash of it.
  exitCode.catch(() => undefined);
  return { exitCode };
}

function exitCodeOf(json: string): number {
  if (json.trim() === '') throw systemError('the daemon went away while the container was running');
  const result = JSON.parse(json) as WaitResult;
  if (result.Error) throw systemError(`Error waiting for container: ${result.Error.Message}`);
  return result.StatusCode;
}
