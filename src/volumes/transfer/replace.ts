import { chmodSync } from 'node:fs';
import { conflict, invalidArgument } from '../../errors/index.ts';
import { syncfs } from '../../host/index.ts';
import { isMountCounter } from '../capabilities.ts';
import type { Core } from '../core.ts';
import { freshFolder } from '../drivers/local/layout.ts';
import { homeOf } from '../home.ts';
import { optionMount, sizeLimit } from '../options.ts';
import { refuseProtected } from '../protect.ts';
import type { Found } from '../store.ts';
import { replaceData } from '../trash/index.ts';

/**
 * Puts new data in place of a volume's, in one step once all of it is on disk; the old goes to the trash. The caller holds the
 * lock of the name, so that nobody begins to use the volume meanwhile. Its name, labels and options stay.
 * @param fill puts the data into the empty folder of that path.
 * @returns the id of the old data in the trash; undefined where no trash is kept.
 * @throws conflict while the volume is in use, or protected; invalid-argument where its data lies elsewhere; what `fill` throws.
 *   The volume is as it was then.
 */
export async function replaceFilled(
  core: Core,
  { volume, driver }: Found,
  fill: (data: string) => Promise<void>,
): Promise<string | undefined> {
  const { name, options } = volume;
  const home = homeOf(core.store, name);
  if (home === undefined || optionMount(options) !== undefined) {
    throw invalidArgument(
      `replace ${name}: its data does not lie on this host, where it could be kept: import under another name`,
    );
  }
  if (isMountCounter(driver) && driver.mounts(name) > 0) {
    throw conflict(`replace ${name}: volume is in use: stop the containers that use it first`);
  }
  refuseProtected(volume);
  const fresh = freshFolder(home.root);
  try {
    home.pool.create(fresh);
    chmodSync(fresh, 0o755);
    if (sizeLimit(options) > 0) await home.pool.setLimit(fresh, sizeLimit(options));
    await fill(fresh);
    await syncfs(fresh);
    return await replaceData(core, name, fresh);
  } catch (error) {
    await home.pool.remove(fresh);
    throw error;
  }
}
