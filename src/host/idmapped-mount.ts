import { closeSync, fstatSync } from 'node:fs';
import { cString, lastError } from './host-error.ts';
import { libc, SYS } from './libc.ts';
import { MS } from './mount-options.ts';
import { dropPlace, makePlace } from './mount-place.ts';
import { type IdMap, withUserNamespace } from './user-namespace.ts';

const AT_FDCWD = -100;
const AT_EMPTY_PATH = 0x1000;
const AT_RECURSIVE = 0x8000;
const OPEN_TREE_CLONE = 1;
const OPEN_TREE_CLOEXEC = 0x80000;
const MOVE_MOUNT_F_EMPTY_PATH = 4;
const ATTR_IDMAP = 0x100000;

/**
 * Makes `source` visible at `place` with other owners: a file of an id in `map.from` is shown as that of the id in `to`, and
 * what is made by `to` is on disk as `from`'s. Nothing on disk changes (mount_setattr(2) with MOUNT_ATTR_IDMAP, Linux 5.12).
 * The mount is private; ids that are not in the map are shown as 65534 and cannot be written.
 * @param place made for this, to be given back by {@link dropPlace}; its folder is made where it is missing
 * @param options.recursive takes along what is mounted inside, mapped as well
 * @throws HostError where the kernel, or a file system in the tree, cannot; then nothing is mounted
 */
export async function mountIdmapped(
  source: string,
  place: string,
  options: { map: IdMap; recursive: boolean },
): Promise<void> {
  const rec = options.recursive ? AT_RECURSIVE : 0;
  const tree = libc().openTree(SYS.openTree, AT_FDCWD, cString(source), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | rec);
  if (tree < 0) throw lastError(`copy the mount of ${source}`);
  try {
    await withUserNamespace(options.map, (namespace) => {
      if (mapOwners(tree, namespace, rec) !== 0) throw lastError(`map the owners of ${source}`);
    });
    makePlace(place, fstatSync(tree).isDirectory());
    const from = { fd: tree, path: cString('') };
    const flags = MOVE_MOUNT_F_EMPTY_PATH;
    const moved = libc().moveMount(SYS.moveMount, from.fd, from.path, AT_FDCWD, cString(place), flags);
    if (moved !== 0) throw lastError(`mount ${source} at ${place}`);
  } catch (error) {
    dropPlace(place);
    throw error;
  } finally {
    closeSync(tree);
  }
}

function mapOwners(tree: number, namespace: number, recursive: number): number {
  // struct mount_attr: set, clear, propagation, namespace.
  const attributes = Buffer.alloc(32);
  attributes.writeBigUInt64LE(BigInt(ATTR_IDMAP), 0);
  attributes.writeBigUInt64LE(BigInt(MS.PRIVATE), 16);
  attributes.writeBigUInt64LE(BigInt(namespace), 24);
  const flags = AT_EMPTY_PATH | recursive;
  return libc().mountSetattr(SYS.mountSetattr, tree, cString(''), flags, attributes, attributes.length);
}
