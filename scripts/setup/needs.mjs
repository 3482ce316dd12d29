import { closeSync, openSync, readSync } from 'node:fs';
import { findProgram } from './command.mjs';

/*
 * What Holdfast uses of the system: the Debian package, the program that shows it is there, and what it is for. A
 * program of another origin (Docker's own packages bring runc) is as good, so it is the program that is looked for.
 */

/** For running containers. */
export const runNeeds = [
  { package: 'runc', program: 'runc', purpose: 'runs containers' },
  { package: 'crun', program: 'crun', purpose: 'runs containers faster, where the host allows' },
  { package: 'conmon', program: 'conmon', purpose: 'holds the output and exit code of each container' },
  { package: 'skopeo', program: 'skopeo', purpose: 'pulls and pushes images' },
  { package: 'buildah', program: 'buildah', purpose: 'holdfast build; nothing else needs it' },
  { package: 'iproute2', program: 'ip', purpose: 'bridge networks' },
  { package: 'nftables', program: 'nft', purpose: 'bridge networks: the packet filter' },
  { package: 'aardvark-dns', program: 'aardvark-dns', purpose: 'names on networks' },
  { package: 'tini', program: 'tini', purpose: 'the init of run --init' },
  { package: 'procps', program: 'ps', purpose: 'holdfast top' },
  { package: 'bzip2', program: 'bzip2', purpose: 'unpacks image layers' },
  { package: 'zstd', program: 'zstd', purpose: 'unpacks image layers; volume export' },
  { package: 'xz-utils', program: 'xz', purpose: 'unpacks image layers' },
  { package: 'restic', program: 'restic', purpose: 'holdfast backup; nothing else needs it' },
  { package: 'btrfs-progs', program: 'mkfs.btrfs', purpose: 'pools of btrfs in a file' },
  { package: 'xfsprogs', program: 'mkfs.xfs', purpose: 'pools of XFS in a file' },
  { package: 'e2fsprogs', program: 'mkfs.ext4', purpose: 'limits of volumes where the file system has none' },
  { package: 'busybox-static', program: 'busybox', purpose: 'an image where no registry answers', check: isStatic },
];

/** For `npm test` on top of those. */
export const testNeeds = [
  ...runNeeds,
  { package: 'mmdebstrap', program: 'mmdebstrap', purpose: 'makes the database image of the tests' },
  { package: 'docker-compose', program: 'docker-compose', purpose: 'Compose stacks in tests: a client in use' },
  { package: 'openssh-server', program: 'sshd', purpose: 'the far end of volume send in tests' },
  { package: 'attr', program: 'setfattr', purpose: 'extended attributes in tests' },
  { package: 'openssl', program: 'openssl', purpose: 'certificates for the tests of TLS' },
  { package: 'curl', program: 'curl', purpose: 'a client of the tests of TLS' },
];

/** For `npm run bench` on top of those. */
export const benchNeeds = [
  ...testNeeds,
  { package: 'iperf3', program: 'iperf3', purpose: 'measures published ports' },
  { package: 'iptables', program: 'iptables', purpose: 'the bridge of the dockerd that is compared with' },
];

/** The needs that nothing on this machine meets. */
export function missing(needs) {
  return needs.filter(({ program, check }) => {
    const path = findProgram(program);
    return path === undefined || (check !== undefined && !check(path));
  });
}

/** Whether a program runs without shared libraries: a dynamic one names its loader near the start of the file. */
function isStatic(path) {
  const start = Buffer.alloc(4096);
  const file = openSync(path, 'r');
  const length = readSync(file, start, 0, start.length, 0);
  closeSync(file);
  return !/\/ld-(linux|musl)/.test(start.toString('latin1', 0, length));
}
