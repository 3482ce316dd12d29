import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../host/index.ts';
import { hostConfigSchema } from '../../wire/index.ts';
import { buildSpec, cgroupPathOf, type SpecMount, writeBundle } from '../spec/index.ts';

/** Where a distribution keeps what `true` needs; on most, all but the first are links into it. */
const systemFolders = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/**
 * Runs a container as users' are, with this host's own programs, to see whether the runtime can: `--version` does not
 * tell that it refuses the host's control groups.
 * @throws what the runtime said
 */
export async function probe(runtime: string, dir: string): Promise<void> {
  const folder = mkdtempSync(join(dir, 'probe-'));
  const id = `probe-${randomBytes(6).toString('hex')}`;
  try {
    const rootfs = join(folder, 'rootfs');
    mkdirSync(rootfs);
    writeBundle(folder, specOf(id, rootfs, layOut(rootfs)));
    await run([runtime, '--root', join(folder, 'state'), 'run', '--bundle', folder, id]);
  } finally {
    // The runtime unmounts with the container's namespace: what is beneath is empty folders and links.
    rmSync(folder, { recursive: true, force: true });
  }
}

function layOut(rootfs: string): SpecMount[] {
  const mounts: SpecMount[] = [];
  for (const name of systemFolders) {
    const source = join('/', name);
    const stat = lstatSync(source, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) symlinkSync(readlinkSync(source), join(rootfs, name));
    else if (stat?.isDirectory()) {
      mounts.push({ destination: source, type: 'bind', source, options: ['bind', 'ro', 'private'] });
    }
  }
  return mounts;
}

const specOf = (id: string, rootfs: string, mounts: SpecMount[]) =>
  buildSpec({
    id,
    rootfs,
    readonlyRootfs: false,
    hostname: id,
    domainname: '',
    process: {
      args: ['/bin/true'],
      env: ['PATH=/bin:/usr/bin'],
      cwd: '/',
      tty: false,
      user: { uid: 0, gid: 0, additionalGids: [] },
    },
    mounts,
    hostConfig: hostConfigSchema.parse({}),
    network: 'none',
    cgroupsPath: cgroupPathOf(id, ''),
  });
