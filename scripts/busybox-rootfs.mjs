import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram, runCommand } from './setup/command.mjs';

const folders = [
  'bin',
  'dev',
  'etc',
  'home',
  'mnt',
  'opt',
  'proc',
  'run',
  'sbin',
  'srv',
  'sys',
  'tmp',
  'usr/bin',
  'usr/sbin',
  'var/log',
  'var/tmp',
  'root',
];

const passwd = `root:x:0:0:root:/root:/bin/sh
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
www-data:x:82:82:www-data:/var/www:/sbin/nologin
nobody:x:65534:65534:nobody:/:/sbin/nologin
`;

const group = `root:x:0:root
bin:x:1:root,bin,daemon
daemon:x:2:root,bin,daemon
tty:x:5:
www-data:x:82:
users:x:100:
nobody:x:65534:
`;

const release = `NAME="BusyBox"
ID=busybox
PRETTY_NAME="BusyBox, from this machine's busybox-static"
`;

/**
 * Fills the empty folder `dir` with a small Linux root file system: the host's static busybox, a link for each of its
 * programs, and the files that make users and groups known. Some 2 MB.
 */
export function makeBusyboxRootfs(dir) {
  const busybox = findProgram('busybox');
  if (busybox === undefined) throw new Error('busybox was not found on this machine (Debian: busybox-static)');
  for (const folder of folders) mkdirSync(join(dir, folder), { recursive: true });
  chmodSync(join(dir, 'tmp'), 0o1777);
  chmodSync(join(dir, 'var/tmp'), 0o1777);
  chmodSync(join(dir, 'root'), 0o700);
  copyFileSync(busybox, join(dir, 'bin/busybox'));
  chmodSync(join(dir, 'bin/busybox'), 0o755);
  for (const path of appletPaths(busybox)) {
    mkdirSync(join(dir, dirname(path)), { recursive: true });
    symlinkSync('/bin/busybox', join(dir, path));
  }
  writeFileSync(join(dir, 'etc/passwd'), passwd);
  writeFileSync(join(dir, 'etc/group'), group);
  writeFileSync(join(dir, 'etc/os-release'), release);
}

function appletPaths(busybox) {
  const listed = runCommand([busybox, '--list-full'], { quiet: true }).split('\n');
  return listed.filter((path) => path !== '' && path !== 'bin/busybox');
}
