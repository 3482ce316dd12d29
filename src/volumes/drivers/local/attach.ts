import { mkdirSync } from 'node:fs';
import { messageOf, systemError } from '../../../errors/index.ts';
import {
  type MountCall,
  MS,
  mount,
  mountApart,
  mountTable,
  parseMountOptions,
  unmountAsync,
} from '../../../host/index.ts';
import type { OptionMount } from '../../options.ts';
import { resolveServer } from './network-address.ts';

/**
 * Mounts what a volume's options describe onto its folder, as `mount -t type -o o device folder` would.
 * @throws system `error while mounting volume '…': failed to mount local volume: mount device:folder, …: <errno>`, which
 *   is what Docker says; passwords among the options are masked. Its reason is `connection timed out` where `timeout`
 *   milliseconds brought no answer.
 */
export async function attach(folder: string, wanted: OptionMount, timeout = longestMountMs): Promise<void> {
  try {
    const { type, device, o } = await resolveServer(wanted);
    const { flags, data } = parseMountOptions(o);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await mountIt({ source: device, target: folder, type, flags, data }, timeout);
  } catch (error) {
    throw systemError(`error while mounting volume '${folder}': ${messageOf(error)}`, error);
  }
}

/** Lets go of it in any case: the last user has gone, and what still has a file open in there keeps just that. */
export const detach = (folder: string): Promise<void> => unmountAsync(folder, { detach: true });

/** A server or disk that has not answered by then is away, in milliseconds. */
const longestMountMs = 60_000;

/** File systems that may wait for somebody else; what is beneath them may, too. */
const remote = /^(nfs|cifs|smb|fuse|9p|ceph|glusterfs|lustre|afs|autofs|virtiofs)/;

/** Whatever may wait for a server or a disk is mounted by a process of its own. */
async function mountIt(call: MountCall, timeout: number): Promise<void> {
  const isBind = (call.flags & MS.BIND) !== 0;
  const immediate = call.type === 'tmpfs' || (isBind && !remote.test(fileSystemOf(call.source)));
  try {
    if (immediate) mount(call);
    else await mountApart(call, timeout);
  } catch (error) {
    throw systemError(`failed to mount local volume: ${messageOf(error)}`, error);
  }
}

/** The type of the file system that a path lies on, found without touching the path. */
function fileSystemOf(path: string): string {
  const above = mountTable().filter(({ mountpoint }) => mountpoint === '/' || `${path}/`.startsWith(`${mountpoint}/`));
  return above.sort((a, b) => a.mountpoint.length - b.mountpoint.length).at(-1)?.type ?? '';
}
