import { invalidArgument } from '../errors/index.ts';
import type { VolumeOptions } from './options.ts';

/** Who a volume's folder belongs to, as far as its options say; what they do not say is left to the image, or to root. */
export interface FolderOwner {
  uid?: number;
  gid?: number;
  /** Permission bits. */
  mode?: number;
}

/** The options that make an owner; beside Docker's own, which has none for a plain volume. */
export const ownerKeys: readonly string[] = ['uid', 'gid', 'mode'];

/** The last id but one: the very last means "unchanged" to chown(2). */
const maxId = 2 ** 32 - 2;

/**
 * Reads `uid`, `gid` and `mode` of a local volume's options.
 * @throws invalid-argument for a name in place of a number: only an image knows its users, and a volume has none.
 */
export function folderOwner(options: VolumeOptions): FolderOwner {
  const { uid, gid, mode } = options ?? {};
  return {
    ...(uid === undefined ? {} : { uid: idOf('uid', uid) }),
    ...(gid === undefined ? {} : { gid: idOf('gid', gid) }),
    ...(mode === undefined ? {} : { mode: modeOf(mode) }),
  };
}

function idOf(key: string, value: string): number {
  const id = /^\d{1,10}$/.test(value) ? Number(value) : Number.POSITIVE_INFINITY;
  if (id <= maxId) return id;
  throw invalidArgument(
    `invalid option ${key}=${JSON.stringify(value)}: it takes a number from 0 to ${maxId}, as names differ from image to image`,
  );
}

function modeOf(value: string): number {
  if (/^0?[0-7]{3,4}$/.test(value)) return Number.parseInt(value, 8);
  throw invalidArgument(`invalid option mode=${JSON.stringify(value)}: it takes an octal number such as 0750 or 1777`);
}
