import type { ContainerActivity } from '../../containers/index.ts';
import type { ActivityAnswer } from '../../server/index.ts';
import type { VolumeSight } from '../../volumes/index.ts';
import { toSize } from './to-size.ts';

/** What containers do, turned to the volumes that they do it to. */
export function activityOf(containers: readonly ContainerActivity[], sight: VolumeSight): ActivityAnswer {
  const users = new Map<string, ActivityAnswer['volumes'][number]['users']>();
  for (const { id, name, volumes, read, written } of containers) {
    for (const volume of new Set(volumes.map((each) => each.name))) {
      const readWrite = volumes.some((each) => each.name === volume && each.readWrite);
      users.set(volume, [...(users.get(volume) ?? []), { id, name, readWrite, read, written }]);
    }
  }
  const volumes = [...users].map(([name, of]) => ({ name, ...toSize(sight.sizeOf(name)), users: of }));
  return { at: new Date().toISOString(), volumes };
}
