import { invalidArgument } from '../../errors/index.ts';
import { parseSize } from '../../wire/index.ts';

/** How much the trash of a pool may hold: bytes, or a share (0 to 1) of the file system that the pool is on. */
export type TrashSize = { bytes: number } | { share: number };

/** What becomes of removed volumes. With `keepMs` or the size 0 they are deleted at once. */
export interface TrashSettings {
  keepMs: number;
  size: TrashSize;
  /** Whether anonymous volumes of `--rm` containers are kept as well. */
  autoRemoved: boolean;
}

/** Every removed volume is deleted at once. */
export const noTrash: TrashSettings = { keepMs: 0, size: { bytes: 0 }, autoRemoved: false };

/** Reads `10%`, `20g` or `0`. @throws invalid-argument for anything else. */
export function parseTrashSize(raw: string): TrashSize {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(raw)?.[1];
  if (percent === undefined) return { bytes: parseSize(raw) };
  if (Number(percent) > 100) throw invalidArgument(`invalid size: '${raw}': a disk has no more than 100%`);
  return { share: Number(percent) / 100 };
}

/** @param totalBytes of the file system. */
export const bytesOf = (size: TrashSize, totalBytes: number): number =>
  'bytes' in size ? size.bytes : size.share * totalBytes;
