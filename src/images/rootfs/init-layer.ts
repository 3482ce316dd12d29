import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, ensureDirectory } from '../../host/index.ts';

const folders = ['dev/pts', 'dev/shm', 'proc', 'sys'];
const files = ['.dockerenv', 'dev/console', 'etc/hostname', 'etc/hosts', 'etc/resolv.conf'];

/**
 * Makes the layer that lies beneath every image: the places where a container's own files and file systems are mounted,
 * which Docker has in every container too. At the very bottom it gives way to whatever the image has in the same place,
 * and what is in it does not count as changed by the container.
 * @param dir a folder that is made where it is missing.
 */
export function makeInitLayer(dir: string): void {
  for (const folder of folders) ensureDirectory(join(dir, folder));
  for (const file of files) {
    const path = join(dir, file);
    ensureDirectory(dirname(path));
    unlessThere(() => writeFileSync(path, '', { flag: 'wx' }));
    chmodSync(path, 0o755);
  }
  unlessThere(() => symlinkSync('/proc/mounts', join(dir, 'etc/mtab')));
}

function unlessThere(make: () => void): void {
  try {
    make();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
