/** The flags of mount(2), by their names in <sys/mount.h>. */
export const MS = {
  RDONLY: 0x1,
  NOSUID: 0x2,
  NODEV: 0x4,
  NOEXEC: 0x8,
  SYNCHRONOUS: 0x10,
  REMOUNT: 0x20,
  MANDLOCK: 0x40,
  DIRSYNC: 0x80,
  NOSYMFOLLOW: 0x100,
  NOATIME: 0x400,
  NODIRATIME: 0x800,
  BIND: 0x1000,
  MOVE: 0x2000,
  REC: 0x4000,
  SILENT: 0x8000,
  UNBINDABLE: 0x20000,
  PRIVATE: 0x40000,
  SLAVE: 0x80000,
  SHARED: 0x100000,
  RELATIME: 0x200000,
  I_VERSION: 0x800000,
  STRICTATIME: 0x1000000,
  LAZYTIME: 0x2000000,
} as const;

/** The flags that change how a mount propagates; mount(2) takes them only by themselves (with REC). */
export const PROPAGATION_FLAGS = MS.UNBINDABLE | MS.PRIVATE | MS.SLAVE | MS.SHARED;

/** The flags a bind mount has of its own; mount(2) ignores them on the first call and takes them by a remount. */
export const PER_MOUNT_FLAGS =
  MS.RDONLY | MS.NOSUID | MS.NODEV | MS.NOEXEC | MS.NOSYMFOLLOW | MS.NOATIME | MS.NODIRATIME | MS.RELATIME;

/** How mounts and unmounts travel between copies of a mount (mount_namespaces(7)). */
export type Propagation =
  | 'private'
  | 'rprivate'
  | 'shared'
  | 'rshared'
  | 'slave'
  | 'rslave'
  | 'unbindable'
  | 'runbindable';

/** The flags of a change to each propagation. */
export const PROPAGATION: Record<Propagation, number> = {
  private: MS.PRIVATE,
  rprivate: MS.PRIVATE | MS.REC,
  shared: MS.SHARED,
  rshared: MS.SHARED | MS.REC,
  slave: MS.SLAVE,
  rslave: MS.SLAVE | MS.REC,
  unbindable: MS.UNBINDABLE,
  runbindable: MS.UNBINDABLE | MS.REC,
};

const ATIME = MS.NOATIME | MS.RELATIME | MS.STRICTATIME;

// Each word of mount(8): the flags it sets and those it takes back, so that the last word wins.
const WORDS: ReadonlyMap<string, { set?: number; clear?: number }> = new Map(
  Object.entries({
    defaults: {},
    ro: { set: MS.RDONLY },
    rw: { clear: MS.RDONLY },
    nosuid: { set: MS.NOSUID },
    suid: { clear: MS.NOSUID },
    nodev: { set: MS.NODEV },
    dev: { clear: MS.NODEV },
    noexec: { set: MS.NOEXEC },
    exec: { clear: MS.NOEXEC },
    sync: { set: MS.SYNCHRONOUS },
    async: { clear: MS.SYNCHRONOUS },
    dirsync: { set: MS.DIRSYNC },
    remount: { set: MS.REMOUNT },
    mand: { set: MS.MANDLOCK },
    nomand: { clear: MS.MANDLOCK },
    nosymfollow: { set: MS.NOSYMFOLLOW },
    symfollow: { clear: MS.NOSYMFOLLOW },
    silent: { set: MS.SILENT },
    loud: { clear: MS.SILENT },
    iversion: { set: MS.I_VERSION },
    noiversion: { clear: MS.I_VERSION },
    bind: { set: MS.BIND },
    rbind: { set: MS.BIND | MS.REC },
    noatime: { set: MS.NOATIME, clear: ATIME },
    atime: { clear: MS.NOATIME },
    nodiratime: { set: MS.NODIRATIME },
    diratime: { clear: MS.NODIRATIME },
    relatime: { set: MS.RELATIME, clear: ATIME },
    norelatime: { clear: MS.RELATIME },
    strictatime: { set: MS.STRICTATIME, clear: ATIME },
    nostrictatime: { clear: MS.STRICTATIME },
    lazytime: { set: MS.LAZYTIME },
    nolazytime: { clear: MS.LAZYTIME },
    ...Object.fromEntries(Object.entries(PROPAGATION).map(([word, set]) => [word, { set, clear: PROPAGATION_FLAGS }])),
  }),
);

/**
 * Reads the comma list of `mount -o`.
 * @returns `flags` for mount(2), propagation words among them, and `data`: the words that are no flag, in order, for the
 *   file system to judge. Later words win over earlier ones. A comma within double quotes does not separate.
 */
export function parseMountOptions(options: string): { flags: number; data: string } {
  let flags = 0;
  const data: string[] = [];
  for (const word of options.match(/(?:"[^"]*"?|[^,"])+/g) ?? []) {
    const meaning = WORDS.get(word);
    if (meaning === undefined) data.push(word);
    else flags = (flags & ~(meaning.clear ?? 0)) | (meaning.set ?? 0);
  }
  return { flags, data: data.join(',') };
}
