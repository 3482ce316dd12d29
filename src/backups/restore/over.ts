import { conflict } from '../../errors/index.ts';
import { syncfs } from '../../host/index.ts';
import type { Core } from '../core.ts';

/**
 * Puts other data in place of what a volume has, in one step; what it had goes into the trash, where there is one.
 * @param fill puts the data into the folder of data of that path, which is empty.
 * @returns how to have the old data back; "" where there is no trash.
 * @throws conflict while a container that runs uses the volume, with what to stop, or where its data is in no pool.
 */
export async function restoreOver(core: Core, name: string, fill: (data: string) => Promise<void>): Promise<string> {
  await refuseInUse(core, name);
  return core.volumes.aside(name, async ({ root, pool, current, fresh }) => {
    pool.create(fresh);
    const limit = pool.usage(current)?.limit ?? 0;
    if (limit > 0) await pool.setLimit(fresh, limit);
    await fill(fresh);
    await syncfs(root);
    // It took a while.
    await refuseInUse(core, name);
    const trashed = await core.volumes.replaceData(name, fresh);
    return trashed === undefined ? '' : `holdfast volume trash restore --as NEW ${trashed}`;
  });
}

async function refuseInUse(core: Core, name: string): Promise<void> {
  const users = (await core.containers.using(name)).filter(({ isRunning }) => isRunning).map((user) => user.name);
  if (users.length === 0) return;
  throw conflict(
    `volume ${name} is in use by ${users.join(', ')}: stop what runs on it first (docker stop ${users.join(' ')}), or restore beside it with --to NEW`,
  );
}
