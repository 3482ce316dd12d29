import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Where distributions put programs that are not on every user's PATH, netavark's among them.
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];
const LIBEXEC_FOLDERS = [
  '/usr/local/libexec/podman',
  '/usr/libexec/podman',
  '/usr/local/lib/podman',
  '/usr/lib/podman',
];

const found = new Map<string, string>();

/** The path of a program on this host; undefined where it is not installed. A name with a slash is checked as it is. */
export function findProgram(name: string): string | undefined {
  const known = found.get(name);
  if (known !== undefined && isProgram(known)) return known;
  const path = name.includes('/') ? [name].find(isProgram) : search(name);
  if (path !== undefined) found.set(name, path);
  return path;
}

function search(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return [...folders, ...MORE_FOLDERS, ...LIBEXEC_FOLDERS].map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Missing, or not for us: no program.
    return false;
  }
}
