import type { VolumeView } from '../../volumes/index.ts';

/** A size as the API has it: null for what is not known, and for no limit. */
export function toSize(size: VolumeView['size']): { size: number | null; sizeAt: string | null; limit: number | null } {
  if (size === undefined) return { size: null, sizeAt: null, limit: null };
  const { bytes, limit, at } = size;
  return { size: bytes, sizeAt: new Date(at).toISOString(), limit: limit === 0 ? null : limit };
}
