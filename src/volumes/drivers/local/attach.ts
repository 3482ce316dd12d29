import { mkdirSync } from 'node:fs';
import { messageOf, systemError } from '../../../errors/index.ts';
import { MS, mount, mountAsync, parseMountOptions, unmountAsync } from '../../../host/index.ts';
import type { OptionMount } from '../../options.ts';
import { resolveServer } from './network-address.ts';

/**
 * Mounts what a volume's options describe onto its folder, as `mount -t type -o o device folder` would.
 * @throws system `error while mounting volume '…': failed to mount local volume: mount device:folder, …: <errno>`, which
 *   is what Docker says; passwords among the options are masked.
 */
export async function attach(folder: string, wanted: OptionMount): Promise<void> {
  try {
    const { type, device, o } = await resolveServer(wanted);
    const { flags, data } = parseMountOptions(o);
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await mountIt({ source: device, target: folder, type, flags, data });
  } catch (error) {
    throw systemError(`error while mounting volume '${folder}': ${messageOf(error)}`, error);
  }
}

/** Lets go of it in any case: the last user has gone, and what still has a file open in there keeps just that. */
export const detach = (folder: string): Promise<void> => unmountAsync(folder, { detach: true });

/** Anything that may wait for a server or a disk is mounted beside the event loop. */
async function mountIt(call: Parameters<typeof mount>[0]): Promise<void> {
  const immediate = call.type === 'tmpfs' || (call.flags & MS.BIND) !== 0;
  try {
    if (immediate) mount(call);
    else await mountAsync(call);
  } catch (error) {
    throw systemError(`failed to mount local volume: ${messageOf(error)}`, error);
  }
}
