import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, systemError } from '../../../errors/index.ts';
import { codeOf } from '../../../host/index.ts';
import { cifsHost, type OptionMount } from '../../options.ts';

/** Turns a host name into an address. */
export type Resolve = (host: string) => Promise<string>;

/** IPv4 where there is a choice, as Docker prefers it. */
const askDns: Resolve = async (host) => (await lookup(host, { verbatim: false })).address;

const networkTypes = ['nfs', 'nfs4', 'cifs', 'smb3'];

/**
 * Replaces the name of a network file system's server by its address: the kernel knows addresses only. Done at each
 * mount rather than at create, since the server may move.
 * @returns the mount as the kernel takes it; other types come back as they are.
 * @throws system `error resolving passed in network volume address: …`.
 */
export async function resolveServer(mount: OptionMount, resolve: Resolve = askDns): Promise<OptionMount> {
  if (!networkTypes.includes(mount.type)) return mount;
  const words = mount.o.split(',');
  const at = words.findIndex((word) => word.startsWith('addr='));
  if (at >= 0) {
    const host = (words[at] ?? '').slice('addr='.length);
    if (host === '' || isIPv4(host)) return mount;
    words[at] = `addr=${await addressOf(host, resolve)}`;
    return { ...mount, o: words.join(',') };
  }
  return mount.type === 'cifs' || mount.type === 'smb3' ? resolveDevice(mount, resolve) : mount;
}

/** A CIFS device is a URL without a scheme: its path may be escaped, and its host is a name as well as an address. */
async function resolveDevice(mount: OptionMount, resolve: Resolve): Promise<OptionMount> {
  const host = cifsHost(mount.device);
  if (host === '') return mount;
  const address = isIPv4(host) ? host : await addressOf(host, resolve);
  return { ...mount, device: withoutEscapes(mount.device.replace(host, () => address)) };
}

/** How often a name server that is busy, or not up yet, is asked, and the first pause in milliseconds; they double. */
const tries = 4;
const firstPauseMs = 200;

async function addressOf(host: string, resolve: Resolve): Promise<string> {
  for (let attempt = 1, pause = firstPauseMs; ; attempt += 1, pause *= 2) {
    try {
      return await resolve(host);
    } catch (error) {
      if (codeOf(error) !== 'EAI_AGAIN' || attempt === tries) {
        throw systemError(`error resolving passed in network volume address: ${messageOf(error)}`, error);
      }
      await sleep(pause);
    }
  }
}

function withoutEscapes(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A "%" that begins no escape is meant literally.
    return path;
  }
}
