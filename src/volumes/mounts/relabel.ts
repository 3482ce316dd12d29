import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { invalidArgument } from '../../errors/index.ts';
import { containerFileLabel, hasSelinux, relabelTree } from '../../host/index.ts';
import type { MountPoint } from './mount-point.ts';

/** Docker labels none of these, though it does what is in them: the host would not come up again. */
const unlabelled = [
  '/ /bin /boot /dev /etc /etc/passwd /etc/pki /etc/shadow /home /lib /lib64 /media /opt /proc /root /run /sbin /srv /sys',
  '/tmp /usr /var /var/lib /var/log',
]
  .join(' ')
  .split(' ');

/**
 * Labels what a `-v …:z` or `:Z` mounts for containers, where the host has SELinux; elsewhere it does nothing (8.9).
 * @param path on the host
 * @param owner.containerId whose alone the files of a `Z` become
 * @throws invalid-argument `SELinux relabeling of … is not allowed`
 */
export async function relabel(
  { relabelled }: MountPoint,
  path: string,
  { containerId, enabled = hasSelinux }: { containerId: string; enabled?: () => boolean },
): Promise<void> {
  if (relabelled === undefined || !enabled()) return;
  const real = realpathSync(path);
  if (unlabelled.includes(real) || real === homedir()) {
    throw invalidArgument(`SELinux relabeling of ${real} is not allowed`);
  }
  const shared = containerFileLabel();
  await relabelTree(real, relabelled === 'z' ? shared : `${shared}:${categoriesOf(containerId)}`);
}

const categories = 1024;

/** Two categories that are always the same for a container: who has not both may not look. */
export function categoriesOf(containerId: string): string {
  const hash = createHash('sha256').update(containerId).digest();
  const first = hash.readUInt32BE(0) % categories;
  const second = (first + 1 + (hash.readUInt32BE(4) % (categories - 1))) % categories;
  return `c${Math.min(first, second)},c${Math.max(first, second)}`;
}
