import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDaemon } from './daemon.ts';
import { tracesOf } from './traces.ts';

/** Removes all containers, ends the daemon, and requires that neither left anything on the machine. */
export async function endCleanly(daemon: TestDaemon): Promise<void> {
  const ids = await containerIds(daemon);
  for (const id of ids) await daemon.request(`/containers/${id}?force=1&v=1`, { method: 'DELETE' });
  await daemon.stop();
  await nothingLeft(daemon, ids);
  daemon.discard();
}

async function containerIds(daemon: TestDaemon): Promise<string[]> {
  const { body } = await daemon.request('/containers/json?all=1');
  return Array.isArray(body) ? body.map((container: { Id: string }) => container.Id) : [];
}

/** Monitors of containers that have just gone may take a moment to end by themselves. */
async function nothingLeft(daemon: TestDaemon, ids: readonly string[]): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { mounts, processes, cgroups, networks } = tracesOf(daemon.folder, ids);
    const left = [...mounts, ...processes, ...cgroups, ...networks];
    if (left.length === 0) return;
    if (tries === 100) throw new Error(`left on the machine after the tests:\n${left.join('\n')}`);
    await sleep(50);
  }
}
