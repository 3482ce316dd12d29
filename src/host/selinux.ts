import { existsSync, readFileSync } from 'node:fs';
import { cString, errnoName, hostError } from './host-error.ts';
import { libc } from './libc.ts';
import { OpenTree, shown } from './walk-tree.ts';

/** Tells whether this kernel runs with SELinux, enforcing or not. */
export function hasSelinux(): boolean {
  return existsSync('/sys/fs/selinux/enforce');
}

/** What the policy of nearly every distribution calls it. */
const usualLabel = 'system_u:object_r:container_file_t:s0';

/**
 * The label that the host's policy has for files of all containers.
 * @param etc where SELinux is configured
 */
export function containerFileLabel(etc = '/etc/selinux'): string {
  const type = valueIn(`${etc}/config`, 'SELINUXTYPE') ?? 'targeted';
  return valueIn(`${etc}/${type}/contexts/lxc_contexts`, 'file') ?? usualLabel;
}

function valueIn(path: string, key: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const line = new RegExp(`^\\s*${key}\\s*=\\s*"?([^"\\s#]+)`, 'm');
  return line.exec(readFileSync(path, 'utf8'))?.[1];
}

/**
 * Labels a file, or a folder and all in it; links themselves and not what they point to, and nothing that is mounted inside. A
 * file system without labels is left as it is.
 * @throws HostError, where the policy knows no such label (EINVAL) for one
 */
export async function relabelTree(path: string, label: string): Promise<void> {
  const name = cString('security.selinux');
  // The kernel keeps labels with their final NUL.
  const value = cString(label);
  const tree = new OpenTree(path);
  try {
    await tree.walk({
      wants: () => true,
      visit(fd, inner) {
        // By the open file, which for a link is the link itself: a descriptor of O_PATH takes no attributes directly.
        if (libc().setxattr(cString(`/proc/self/fd/${fd}`), name, value, value.length, 0) === 0) return;
        const errno = libc().errno();
        if (errnoName(errno) !== 'ENOTSUP') throw hostError(`relabel ${path}/${shown(inner)}`, errno);
      },
    });
  } finally {
    tree.close();
  }
}
