import { invalidArgument } from '../errors/index.ts';
import { parseSize } from '../wire/index.ts';
import { folderOwner, ownerKeys } from './owner.ts';

/** Options of the local driver as a volume carries them. */
export type VolumeOptions = Readonly<Record<string, string>> | null;

/** What the local driver mounts onto a volume's folder, in the words of mount(8): `-t type device -o o`. */
export interface OptionMount {
  type: string;
  device: string;
  o: string;
}

/** The pool that a volume is made in: Holdfast's own option, which any client can give. */
export const poolKey = 'pool';

/** What a new volume is a clone of, `VOLUME` or `VOLUME@SNAPSHOT`: Holdfast's own option, too. */
export const fromKey = 'from';

const known = ['type', 'device', 'o', 'size', poolKey, fromKey, ...ownerKeys];

/** Each key needs those beside it, so that a mount is described whole or not at all. */
const required: Readonly<Record<string, readonly string[]>> = {
  type: ['device'],
  device: ['type'],
  o: ['device', 'type'],
};

/**
 * Checks options for the local driver, except what can only be known at mount time (whether the device exists).
 * @param support.quota whether the file system under the volumes can limit a folder's size.
 * @throws invalid-argument with Docker's words; unknown keys are named before missing ones.
 */
export function checkOptions(options: VolumeOptions, support: { quota: boolean }): void {
  const keys = Object.keys(options ?? {});
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) throw invalidArgument(`invalid option: ${JSON.stringify(unknown)}`);
  const missing = keys.flatMap((key) => required[key] ?? []).find((key) => !keys.includes(key));
  if (missing !== undefined) throw invalidArgument(`missing required option: "${missing}"`);
  if (sizeLimit(options) > 0 && !support.quota) throw invalidArgument('quota size requested but no quota support');
  if (options?.[fromKey] !== undefined && optionMount(options) !== undefined)
    throw invalidArgument(
      'option "from" cannot be combined with "type" and "device": what is mounted has its data already',
    );
  checkDevice(options);
  checkOwner(options);
}

/** The limit in bytes that `size` asks for; 0 for none. @throws invalid-argument where it is not a size. */
export function sizeLimit(options: VolumeOptions): number {
  const size = options?.size;
  return size === undefined ? 0 : parseSize(size);
}

/** What has to be mounted for a volume with these options to hold data; undefined where its own folder holds it. */
export function optionMount(options: VolumeOptions): OptionMount | undefined {
  const { type = '', device = '', o = '' } = options ?? {};
  return type === '' && device === '' ? undefined : { type, device, o };
}

/**
 * Whether options say that the data may lie elsewhere: such a volume is not counted in disk usage and not pruned (Docker's
 * rule, 3.9, which asks for no option at all). An owner alone moves no data, a pool is as much ours as the others, and a
 * clone lies where any volume does.
 */
export const mayLieElsewhere = (options: VolumeOptions): boolean =>
  Object.keys(options ?? {}).some((key) => ![poolKey, fromKey, ...ownerKeys].includes(key));

/** What is mounted brings owners of its own; changing those would reach into the device. */
function checkOwner(options: VolumeOptions): void {
  folderOwner(options);
  const key = ownerKeys.find((each) => options?.[each] !== undefined);
  if (key === undefined || optionMount(options) === undefined) return;
  throw invalidArgument(
    `option "${key}" cannot be combined with "type" and "device": what is mounted has owners of its own. Some file systems take 'o=${key}=...'`,
  );
}

/** A port in the device would be taken for part of the host's name, which fails only at mount time and obscurely. */
function checkDevice(options: VolumeOptions): void {
  if (options?.type !== 'cifs') return;
  const host = cifsHost(options.device ?? '');
  if (/:\d*$/.test(host) && !isBareIpv6(host)) {
    throw invalidArgument(
      `port not allowed in the CIFS device ${JSON.stringify(options.device)}, include 'port=' in 'o'`,
    );
  }
}

const isBareIpv6 = (host: string): boolean => (host.match(/:/g)?.length ?? 0) > 1 && !host.includes(']');

/** The host in a CIFS device (`//host/share`); "" where it names none. */
export function cifsHost(device: string): string {
  return /^(?:[a-z]+:)?\/\/([^/]*)/i.exec(device)?.[1] ?? '';
}
