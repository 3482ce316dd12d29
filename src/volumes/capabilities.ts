import type { Pool, PoolDriver } from './pools/index.ts';
import type { NewVolume, Volume, VolumeDriver } from './volume.ts';

/*
 * What a driver may be able to do beyond the contract. Each is an interface of its own, found by asking the driver, so
 * that a simple driver stays simple and new powers do not change the others.
 */

/** Can count mounts that outlived a daemon: the containers went on running, and will be unmounted by this one. */
export interface MountAdopter {
  /** Counts a mount without mounting anything. Must not wait: it runs while the daemon starts. */
  adopt(name: string, mountId: string): void;

  /**
   * Called once every survivor has been adopted. Mounts of an earlier daemon that nobody adopted belong to containers
   * that are gone: they are given back.
   */
  settle(): Promise<void>;
}

/**
 * Keeps its data on this host, where it takes up room. Volumes of such a driver that have no options are counted in disk
 * usage, and prune may remove them (Docker's rule for its local driver).
 */
export interface Measurer {
  /** Bytes in the volume's files: hard links once, folders not counted. At once where that takes no time. */
  size(name: string): number | Promise<number>;
}

/** Keeps volumes somewhere it may no longer reach, and can drop its own record of one. */
export interface Forgetter {
  /** Drops what is known of a volume whose removal failed, because the user insisted. Never touches its data. */
  forget(name: string): Promise<void>;
}

/**
 * Keeps volumes that others may make and remove as well, and beside them a record of its own: what only this engine
 * knows of a volume (its labels), and which volumes there are while whoever keeps them cannot be asked.
 */
export interface Recorder {
  /** Records a volume that is there, durably; one that has a record stays as it is. */
  record(volume: NewVolume): Promise<Volume>;
  /** Whether this engine has used the volume, which makes it this driver's where another one has that name too. */
  isRecorded(name: string): boolean;
  /** All volumes that it knows of without asking anybody. */
  recorded(): readonly Volume[];
}

/** Can make a volume that has data from the start. */
export interface Filler {
  /**
   * As `create`, with data: nobody sees the volume before `fill` has ended and what it wrote is on disk. Failing leaves nothing.
   * @param fill puts the data into the folder of that path, which is empty.
   * @throws what `create` and `fill` throw.
   */
  createFilled(volume: NewVolume, fill: (data: string) => Promise<void>): Promise<Volume>;
}

/** What of a volume can change after its making; immutable all the same, like the volume that comes of it. */
export interface VolumeChange {
  /** All of its labels from now on; null and empty are told apart as at create. */
  labels: Readonly<Record<string, string>> | null;
}

/** Can change what it keeps of a volume beside its data. */
export interface Updater {
  /**
   * Changes a volume, whether or not it is in use. Durable on return: after a crash either the old or the new is there.
   * @returns the volume as it is from now on.
   * @throws not-found where there is no such volume.
   */
  update(name: string, change: VolumeChange): Promise<Volume>;
}

/** A volume that was put aside instead of being removed. */
export interface Discarded {
  /** The same until it is gone, also after a restart; no two of a driver have the same. */
  readonly id: string;
  /** As it was. */
  readonly volume: Volume;
  /** Milliseconds since the epoch. */
  readonly discardedAt: number;
  /** Where it lies now, as a whole. */
  readonly folder: string;
  readonly pool: Pool;
}

/** Can put volumes aside, whole and whatever their size at once, instead of removing them. */
export interface Discarder {
  /** As `remove`, but nothing of the volume goes. @throws what `remove` does. */
  discard(name: string): Promise<Discarded>;

  /**
   * Puts other data in place of a volume's, in one step that a crash leaves done or not done; what it replaces is put aside
   * together with a copy of the record. The volume must not be mounted.
   * @param fresh a folder of data in the same pool, which is not in its place any more on return; failing leaves it there.
   * @throws not-found where there is no such volume; system `volume has active mounts`.
   */
  replace(name: string, fresh: string): Promise<Discarded>;

  /** All that was put aside and is still there. */
  discarded(): Discarded[];

  /**
   * Makes a volume again of what was put aside, durably.
   * @param name one that no volume has.
   * @throws not-found where it is gone; invalid-argument for a name that `create` does not take.
   */
  reinstate(id: string, name: string): Promise<Volume>;

  /** Removes for good what was put aside, durably, although it may still be being deleted on return. Gone already is fine. */
  purge(id: string): Promise<void>;

  /** Resolves once all that was removed is deleted, and its room is free. */
  idle(): Promise<void>;
}

/** Can change how much a volume may hold. */
export interface Resizer {
  /**
   * Changes a volume's limit, durably, while it is in use where that can be.
   * @param size in the words of the option `size`; "0" takes the limit away.
   * @throws not-found; invalid-argument where it holds more; conflict where it must not be in use for that.
   */
  resize(name: string, size: string): Promise<Volume>;
}

/** Keeps volumes in several pools. */
export interface Mover {
  /**
   * Moves a volume with all that belongs to it to another pool: whatever happens, it is in one of them, whole.
   * @returns the volume at its new place, and the pool it came from.
   * @throws not-found; conflict while it is mounted; cancelled, and it stays where it is.
   */
  move(name: string, pool: string, options: MoveOptions): Promise<{ volume: Volume; from: string }>;
}

export interface MoveOptions {
  signal?: AbortSignal | undefined;
  /** In bytes. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/** Can take over volumes of another engine and give volumes to it, as the folders that they are, at once. */
export interface Receiver {
  /** Whether a folder can be renamed to where volumes are: it is on the same file system, and as good as one made here. */
  canReceive(folder: string): boolean;

  /**
   * Makes a volume of a folder with `_data` in it, durably, by renaming it.
   * @throws what `create` does; system where there is a folder of that name.
   */
  receive(folder: string, volume: NewVolume & Pick<Volume, 'createdAt'>): Promise<Volume>;

  /**
   * Renames a volume's folder to a path where nothing is, with Docker's file of options in it; it is no volume here any more.
   * @throws not-found; system where it is mounted, or the path is on another file system.
   */
  release(name: string, target: { to: string; options: string | undefined }): Promise<void>;
}

/** Where one volume lies on this host, for the parts of the core that work on its data while they hold its lock. */
export interface VolumeHome {
  /** What all volumes of the same pool lie in; renames within it are instant. */
  root: string;
  /** The volume's own folder: its record, its data and whatever else belongs to it. Renamed as a whole. */
  folder: string;
  /** The folder of data in it. */
  data: string;
  pool: PoolDriver;
  /** What users call the pool. */
  poolName: string;
}

/** Keeps each volume as a folder of its own in a pool. */
export interface Homed {
  /** Undefined where there is no such volume. */
  home(name: string): VolumeHome | undefined;
}

/** Can give a volume another name. */
export interface Renamer {
  /**
   * Renames a volume that nobody has mounted, with all that belongs to it. Durable on return.
   * @param to a name that no volume has.
   * @throws not-found where there is no such volume; invalid-argument for a name that cannot be one; system while it is mounted.
   */
  rename(name: string, to: string): Promise<Volume>;
}

/** Knows how often a volume is mounted at the moment. */
export interface MountCounter {
  mounts(name: string): number;
}

/** Keeps its volumes in pools on this host. */
export interface Pooled {
  /** Those that can be reached now. */
  openPools(): readonly Pool[];
}

/** Has work under way behind its answers. */
export interface Closer {
  /** Waits until what must be finished is, and starts nothing more. */
  close(): Promise<void>;
}

export const isMountAdopter = (driver: VolumeDriver): driver is VolumeDriver & MountAdopter => 'adopt' in driver;
export const isMeasurer = (driver: VolumeDriver): driver is VolumeDriver & Measurer => 'size' in driver;
export const isRecorder = (driver: VolumeDriver): driver is VolumeDriver & Recorder => 'recorded' in driver;
export const isUpdater = (driver: VolumeDriver): driver is VolumeDriver & Updater => 'update' in driver;
export const isReceiver = (driver: VolumeDriver): driver is VolumeDriver & Receiver => 'receive' in driver;
export const isDiscarder = (driver: VolumeDriver): driver is VolumeDriver & Discarder => 'discard' in driver;
export const isPooled = (driver: VolumeDriver): driver is VolumeDriver & Pooled => 'openPools' in driver;
export const isHomed = (driver: VolumeDriver): driver is VolumeDriver & Homed => 'home' in driver;
export const isRenamer = (driver: VolumeDriver): driver is VolumeDriver & Renamer => 'rename' in driver;
export const isForgetter = (driver: VolumeDriver): driver is VolumeDriver & Forgetter => 'forget' in driver;
export const isMountCounter = (driver: VolumeDriver): driver is VolumeDriver & MountCounter => 'mounts' in driver;
export const isResizer = (driver: VolumeDriver): driver is VolumeDriver & Resizer => 'resize' in driver;
export const isMover = (driver: VolumeDriver): driver is VolumeDriver & Mover => 'move' in driver;
export const isCloser = (driver: VolumeDriver): driver is VolumeDriver & Closer => 'close' in driver;
export const isFiller = (driver: VolumeDriver): driver is VolumeDriver & Filler => 'createFilled' in driver;
