import { closeSync, readdirSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { conflict } from '../errors/index.ts';
import { copyMountTree } from '../host/index.ts';
import { packFrom } from './archive/read.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { withRootfs } from './rootfs.ts';

/**
 * Packs a container's root file system as `docker export` does: names without a leading `./`, volumes and binds as the
 * empty folders that they are mounted on, since only the root file system itself is looked at.
 * @throws conflict for a container that is being removed.
 */
export async function exportContainer(engine: Engine, container: Container): Promise<Readable> {
  const tree = await engine.locks.hold(container.id, () => {
    const { status } = container.state;
    if (status === 'removing' || status === 'dead') {
      throw conflict(
        `You cannot export container ${container.id} which is ${status === 'dead' ? 'Dead' : 'being removed'}`,
      );
    }
    return withRootfs(engine, container, copyMountTree);
  });
  const names = namesIn(tree);
  const archive = packFrom(tree, names, []);
  emitContainer(engine, container, { action: 'export' });
  return archive;
}

function namesIn(folder: number): string[] {
  try {
    return readdirSync(`/proc/self/fd/${folder}`);
  } catch (error) {
    closeSync(folder);
    throw error;
  }
}
