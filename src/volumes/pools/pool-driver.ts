/*
 * How the data of volumes is kept on one file system: made, copied, limited, deleted. A pool is such a place with a name;
 * its driver knows what the file system there can do. It deals in folders of data by their paths and knows nothing of
 * volumes: `<pool>/<volume>/_data` and `<pool>/<volume>/snapshots/<snapshot>/_data` are both just such folders to it.
 *
 * What is around a folder of data (a volume's folder with its record) is plain files, which may be renamed as a whole with
 * the data in it, in the pool: that is how volumes are made, rolled back and thrown away without a moment of half a volume.
 */

/** What a pool can keep data as. `dir` copies byte by byte; the others share what is equal. */
export type PoolKind = 'dir' | 'reflink' | 'btrfs';

/** How far a copy has got, in bytes; `total` is 0 where it is not known. */
export interface CopyProgress {
  done: number;
  total: number;
}

export interface CopyOptions {
  /** Makes a copy that cannot be written to, where the file system has such a thing: for snapshots. */
  readOnly?: boolean;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: CopyProgress) => void) | undefined;
}

/** What a folder of data takes up and may take up, in bytes; a limit of 0 is none. */
export interface DataUsage {
  used: number;
  limit: number;
}

export interface PoolDriver {
  readonly kind: PoolKind;
  /** Whether a copy takes no time and no room, whatever the size. Where it does not, users are told and shown progress. */
  readonly hasInstantCopies: boolean;
  /** Whether {@link setLimit} works here. */
  readonly hasLimits: boolean;

  /** Makes an empty folder of data, mode 0700, owned by root. Not yet durable: the caller syncs what it makes around it. */
  create(path: string): void;

  /**
   * Copies a folder of data, with owners, modes, times, links, attributes and holes, to a path where nothing is. Durable on
   * return; failing or cancelled, it leaves nothing. Consistent only where nobody writes meanwhile.
   */
  copy(from: string, to: string, options?: CopyOptions): Promise<void>;

  /** Makes a folder of data reachable that may not be since the last boot. Absent where all of them always are. */
  attach?(path: string): void;

  /** Deletes a tree for good, whatever folders of data are in it, also read-only ones. Missing is fine. */
  remove(path: string): Promise<void>;

  /** Limits what a folder of data may hold, in bytes; 0 takes the limit away. @throws unavailable where the pool cannot. */
  setLimit(path: string, bytes: number): Promise<void>;

  /** From counters that the file system keeps, at once; undefined where it keeps none and the tree must be walked. */
  usage(path: string): DataUsage | undefined;
}
