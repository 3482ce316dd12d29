import { closeSync, fstatSync, readdirSync, type Stats } from 'node:fs';
import { systemError } from '../errors/index.ts';
import { codeOf, openInRoot } from '../host/index.ts';

/** The null device of Linux, 1:3, as stat(2) has it. */
const nullDevice = 0x103;

/**
 * Checks, in a container that was created and does not run yet, that the paths to be masked are. A runtime takes the
 * container's own /dev/null for that: where an image or a volume puts a link there, runc before 1.2.8 shows what the link
 * leads to, and where there is none it masks nothing, without a word (CVE-2025-31133).
 * @param pid of the container's process
 * @throws system naming what is open to the container
 */
export function checkMasked(pid: number, paths: readonly string[]): void {
  const open = paths.find((path) => !isMasked(`/proc/${pid}/root`, path));
  if (open === undefined) return;
  throw systemError(
    `the OCI runtime could not mask ${open}: /dev/null of the container is not the null device. Mount nothing over /dev, or something that has it`,
  );
}

/** A file is masked by the null device, a folder by one with nothing in it. What is not there needs no mask. */
function isMasked(root: string, path: string): boolean {
  let fd: number;
  try {
    fd = openInRoot(root, path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return true;
    throw error;
  }
  try {
    return covers(fstatSync(fd), fd);
  } finally {
    closeSync(fd);
  }
}

const covers = (stat: Stats, fd: number): boolean =>
  stat.isDirectory()
    ? readdirSync(`/proc/self/fd/${fd}`).length === 0
    : stat.isCharacterDevice() && stat.rdev === nullDevice;
