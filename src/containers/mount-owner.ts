import type { ResolvedUser } from '../runtime/index.ts';
import { type MountPoint, takeOver } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';

/** Does what a mount asks for about its owner before the runtime mounts it. `source` is its path on the host. */
export async function settleOwner(
  engine: Engine,
  container: Container,
  { mountPoint, source, user }: { mountPoint: MountPoint; source: string; user: ResolvedUser },
): Promise<void> {
  if (mountPoint.takeOver !== true) return;
  const left = await takeOver(source, user, { dataRoot: engine.dataRoot });
  if (left.length === 0) return;
  const files = left.slice(0, 10);
  engine.log.warn({ container: container.id, files, count: left.length }, 'not taken over, for hard links outside');
}
