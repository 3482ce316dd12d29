import { statSync } from 'node:fs';
import { HoldfastError } from '../errors/index.ts';
import { getXattr, statfs } from '../host/index.ts';
import { capabilitiesFor, type ResolvedUser, resolveUser } from '../runtime/index.ts';
import { isHostFolder, type MountPoint, optionMount } from '../volumes/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import type { ContainerRecord } from './record.ts';
import { lookAtRootfs } from './rootfs.ts';

/** Where owner and mode decide, on this machine, who may write. A server's file system has rules of its own. */
const localFileSystems = ['ext4', 'xfs', 'btrfs', 'zfs', 'overlay', 'tmpfs', 'ramfs', 'f2fs', 'bcachefs'];

/** A mount that a container's user cannot write to. */
export interface WriteTrouble {
  /** The volume's name; "" for a bind. */
  volume: string;
  /** What is wrong, and what to do. */
  sentence: string;
}

/**
 * Says which of a container's mounts its user cannot write to, though they are not read-only: the commonest trouble with
 * volumes, and one that a program reports in a hundred ways. It only ever says what is certain, from one look at each
 * folder: nothing of other rules (access lists, network file systems), nothing of files.
 * @param rootfs the container's root file system, mounted
 * @returns a sentence for each, with what to do
 */
export async function writeWarnings(engine: Engine, record: ContainerRecord, rootfs: string): Promise<string[]> {
  const troubles = await troublesOf(engine, record, limitedUser(record, rootfs));
  return troubles.map(({ sentence }) => sentence);
}

/** The same of a container that there is already, as its folders are now. @param container its lock is not held */
export async function writeTroubles(engine: Engine, container: Container): Promise<WriteTrouble[]> {
  const { record } = container;
  if (record.mountPoints.length === 0 || isSurelyRoot(record)) return [];
  const user = await engine.locks.hold(container.id, () =>
    lookAtRootfs(engine, container, (rootfs) => limitedUser(record, rootfs)),
  );
  return troublesOf(engine, record, user);
}

/** Told from the record alone, which is much quicker than to look for the user among those of the image. */
const isSurelyRoot = ({ config, hostConfig }: ContainerRecord): boolean =>
  ['', '0', '0:0'].includes(config.User) && capabilitiesFor(hostConfig).includes('CAP_DAC_OVERRIDE');

async function troublesOf(
  engine: Engine,
  record: ContainerRecord,
  user: ResolvedUser | undefined,
): Promise<WriteTrouble[]> {
  const troubles: WriteTrouble[] = [];
  for (const mountPoint of user === undefined ? [] : record.mountPoints) {
    if (!isExpectedWritable(mountPoint, engine.dataRoot) || (await isMountedLater(engine, mountPoint))) continue;
    const folder = folderOf(mountPoint);
    if (user !== undefined && folder !== undefined && !mayWrite(user, folder)) {
      const { name } = mountPoint;
      troubles.push({ volume: name, sentence: sentence(user, mountPoint, folder) });
    }
  }
  return troubles;
}

/** The container's user; undefined for one that owners and modes do not stop, or that is not to be found. */
function limitedUser({ config, hostConfig, mountPoints }: ContainerRecord, rootfs: string): ResolvedUser | undefined {
  if (mountPoints.length === 0) return undefined;
  try {
    const user = resolveUser(rootfs, config.User, hostConfig.GroupAdd ?? []);
    const unlimited = user.uid === 0 && capabilitiesFor(hostConfig).includes('CAP_DAC_OVERRIDE');
    return unlimited ? undefined : user;
  } catch (error) {
    // The start will say so.
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

function isExpectedWritable({ type, rw, takeOver, shownAs, subpath, source }: MountPoint, dataRoot: string): boolean {
  if (!rw || takeOver === true || shownAs !== undefined || subpath !== '') return false;
  // The host's own folders are mounted to be looked at.
  return type === 'volume' || (type === 'bind' && !isHostFolder(source, dataRoot));
}

/** What a volume's options, or its driver, mount at the start cannot be looked at before. */
async function isMountedLater(engine: Engine, { type, name, driver }: MountPoint): Promise<boolean> {
  if (type !== 'volume') return false;
  return driver !== 'local' || optionMount((await engine.volumes.get(name)).options) !== undefined;
}

interface Folder {
  uid: number;
  gid: number;
  mode: number;
}

/** Undefined where there is no folder, or none of which owner and mode tell all. */
function folderOf({ source, type, createSource }: MountPoint): Folder | undefined {
  try {
    const stat = statSync(source, { throwIfNoEntry: false });
    if (stat === undefined) return type === 'bind' && createSource ? { uid: 0, gid: 0, mode: 0o755 } : undefined;
    const isPlain = localFileSystems.includes(statfs(source).type) && !hasAccessList(source);
    return stat.isDirectory() && isPlain ? { uid: stat.uid, gid: stat.gid, mode: stat.mode & 0o7777 } : undefined;
  } catch {
    // Whatever is wrong with it, this is not the place to say so.
    return undefined;
  }
}

const hasAccessList = (path: string): boolean => getXattr(path, 'system.posix_acl_access') !== undefined;

/** To make something in a folder takes the right to write and to enter it; of owner, group and others one class decides. */
function mayWrite({ uid, gid, additionalGids }: ResolvedUser, folder: Folder): boolean {
  const isGroup = folder.gid === gid || additionalGids.includes(folder.gid);
  const shift = folder.uid === uid ? 6 : isGroup ? 3 : 0;
  return ((folder.mode >> shift) & 3) === 3;
}

function sentence(
  user: ResolvedUser,
  { type, name, source, destination, anonymous }: MountPoint,
  folder: Folder,
): string {
  const [who, mode] = [`${user.uid}:${user.gid}`, folder.mode.toString(8).padStart(4, '0')];
  const belongs = `belongs to ${folder.uid}:${folder.gid} with mode ${mode}`;
  const what = type === 'bind' ? `${source} on the host` : anonymous ? 'its volume' : `the volume ${name}`;
  const from = anonymous ? 'NAME' : type === 'bind' ? source : name;
  const create = type === 'bind' ? '' : `, or make it with "volume create -o uid=${user.uid} -o gid=${user.gid}"`;
  return `The user ${who} cannot write to ${destination}: ${what} ${belongs}. Give it to the user with "-v ${from}:${destination}:U"${create}, or mount it read-only`;
}
