import { invalidArgument } from '../../errors/index.ts';
import type { IdMap, IdRange } from '../../host/index.ts';
import type { Mount } from '../../wire/index.ts';

/** What `-v …:idmap` and a bare `bind-idmap` ask for. */
export const matchUser = { Source: 'match-user', User: '' };

const requestOf = ({ BindOptions, VolumeOptions }: Mount) => BindOptions?.IDMapping ?? VolumeOptions?.IDMapping;

/**
 * Whom a mount's owner is to be shown as: a user of the container, "" for the one that it runs as. Undefined where owners
 * are shown as they are.
 */
export const shownAs = (mount: Mount): string | undefined => requestOf(mount)?.User;

/** @throws invalid-argument for a mapping that is not to be had, or that goes against what else is asked for. */
export function checkIdMapping(mount: Mount): void {
  const asked = requestOf(mount);
  if (asked === undefined || asked === null) return;
  if (asked.Source === 'userns') {
    throw invalidArgument(
      'IDMapping "userns" needs a container with a user namespace of its own, and there are none here',
    );
  }
  if (asked.Source !== matchUser.Source) {
    throw invalidArgument(`invalid IDMapping source ${JSON.stringify(asked.Source)}: it must be "match-user"`);
  }
  if (mount.Chown) throw invalidArgument('IDMapping and Chown exclude each other: owners are either shown or changed');
  const propagation = mount.BindOptions?.Propagation ?? '';
  if (/shared|slave/.test(propagation))
    throw invalidArgument(`IDMapping cannot be used with propagation ${propagation}`);
}

type Owner = { uid: number; gid: number };

/**
 * The mapping by which what belongs to `onDisk` is `shown`'s, and the other way round. All other ids stay as they are, so that
 * every file is readable and writable as its owner and mode say.
 * @returns undefined where nothing has to be mapped
 */
export function matchOwner(onDisk: Owner, shown: Owner): IdMap | undefined {
  if (onDisk.uid === shown.uid && onDisk.gid === shown.gid) return undefined;
  return { uids: swapped(onDisk.uid, shown.uid), gids: swapped(onDisk.gid, shown.gid) };
}

/** One past the last id; the very last number means "no id". */
const end = 2 ** 32 - 1;

function swapped(one: number, other: number): IdRange[] {
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  if (low === high) return [{ from: 0, to: 0, count: end }];
  return [
    { from: 0, to: 0, count: low },
    { from: low, to: high, count: 1 },
    { from: low + 1, to: low + 1, count: high - low - 1 },
    { from: high, to: low, count: 1 },
    { from: high + 1, to: high + 1, count: end - high - 1 },
  ].filter(({ count }) => count > 0);
}
