import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, processesNaming, signalProcess } from '../host/index.ts';
import type { Shared } from './shared.ts';

/** How long a create that its daemon did not live to see the end of may take before it is ended. */
const patienceMs = 10_000;

/**
 * Waits for the end of a create that a daemon was killed amid: there is a folder but no record in it, and a conmon that
 * may still have the runtime make the container. Afterwards the runtime knows of all there is, and can delete it.
 * @returns the processes that were at it, and end by themselves once there is no container any more
 */
export async function finishCreate(shared: Shared, id: string): Promise<ProcessIdentity[]> {
  const dir = shared.places.container(id);
  if (!existsSync(dir)) return [];
  const pidFile = join(dir, 'pid');
  // conmon and the runtime both name it.
  const makers = processesNaming(pidFile);
  const isUnderWay = (): boolean => !existsSync(pidFile) && makers.some(isAlive);
  for (let waited = 0; isUnderWay() && waited < patienceMs; waited += 5) await delay(5);
  if (isUnderWay()) for (const maker of processesNaming(pidFile)) signalProcess(maker, 'SIGKILL');
  return makers;
}
