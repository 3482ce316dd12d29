import { fstatSync, readlinkSync, statSync } from 'node:fs';
import { type HoldfastError, invalidArgument } from '../../errors/index.ts';
import { chownTree } from '../../host/index.ts';
import type { MountPoint } from './mount-point.ts';
import { cleanPath } from './path.ts';

/** Of these and all in them, another owner would break the host. */
const systemTrees = '/bin /boot /dev /etc /lib /lib32 /lib64 /libx32 /proc /sbin /sys /usr'.split(' ');

/** These hold what belongs to many; folders inside them may be given away. */
const sharedFolders = [
  '/ /home /media /mnt /opt /root /run /srv /tmp',
  '/var /var/cache /var/lib /var/lib/docker /var/log /var/run /var/spool /var/tmp',
]
  .join(' ')
  .split(' ');

/**
 * Checks, by the path alone, that a mount asked to be taken over (`:U`) may be.
 * @throws invalid-argument for a folder of the host that is not one container's to own, or one above the data root
 */
export function checkTakeOver({ takeOver, type, source }: MountPoint, dataRoot: string): void {
  if (takeOver === true && type === 'bind' && isHostFolder(source, dataRoot)) throw forbiddenPath(source);
}

/**
 * Gives what a container mounts to the container's user, before it starts: podman's `:U`. Content of other mounts inside is
 * left alone, as are files with a hard link outside.
 * @param path on the host; links on the way to it are followed, those inside are not
 * @returns the files left alone for their links
 * @throws as {@link checkTakeOver}, for what the path has turned out to be: reached by a link, or by a volume's `device`
 */
export function takeOver(
  path: string,
  owner: { uid: number; gid: number },
  { dataRoot }: { dataRoot: string },
): Promise<string[]> {
  return chownTree(path, owner, {
    refuse(top) {
      const real = readlinkSync(`/proc/self/fd/${top}`);
      const { dev, ino } = fstatSync(top);
      const isSame = (other: string): boolean => {
        const stat = statSync(other, { throwIfNoEntry: false });
        return stat?.dev === dev && stat.ino === ino;
      };
      const twin = [...sharedFolders, ...systemTrees, dataRoot].find(isSame);
      if (twin !== undefined || isHostFolder(real, dataRoot)) throw forbiddenPath(twin ?? real);
    },
  });
}

const forbiddenPath = (path: string): HoldfastError =>
  invalidArgument(
    `cannot give ${path} to the container's user: the host needs its present owners. Mount a folder made for the container, or leave out "U"`,
  );

/** Whether a path, as it is written, is one of the host's own folders, in which owners are not any container's business. */
export function isHostFolder(written: string, dataRoot: string): boolean {
  const path = cleanPath(written);
  const isIn = (tree: string): boolean => path === tree || path.startsWith(`${tree}/`);
  if (sharedFolders.includes(path) || systemTrees.some(isIn)) return true;
  // A user's home: its owner must be able to log in.
  return /^\/home\/[^/]+$/.test(path) || path === dataRoot || dataRoot.startsWith(`${path}/`);
}
