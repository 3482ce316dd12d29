/*
 * The contract between the engine and whatever keeps volumes.
 *
 * A volume is a folder of data that outlives the containers that use it. Three words tell its uses apart:
 *   holder     whoever needs the volume to exist, from container create to container remove, running or not. Holders are
 *              the service's business: a driver never hears of them.
 *   mount      whoever needs the data to be reachable at the mountpoint now. Each has an id of its own, and mounts are
 *              the driver's business, since only it knows whether something has to be attached first.
 *   mountpoint the path on the host at which the data is, or will be once it is mounted.
 *
 * A volume's life: create, then any number of mount and unmount, then remove. Its name, driver, labels, options and
 * creation time never change. A driver keeps all of them, so that after a restart of the daemon, or a crash at any
 * moment, `list` answers exactly the volumes whose create was answered and whose remove was not.
 *
 * What the service promises a driver: calls about one name never overlap (`get`, `peek` and `list` excepted); `remove`
 * comes only when there is no holder; a `mount` that succeeded is followed by an `unmount` with the same id, unless the
 * daemon is killed. What it does not promise: that calls about different names wait for each other, or that the folder
 * is left alone by other programs.
 *
 * What a driver throws is a HoldfastError whose message neither repeats the operation nor the volume's name: the
 * service puts `create NAME: ` and the like before it. A driver may be slow; it must not keep the event loop busy.
 */

/** Where a volume can be reached from: this machine, or every machine that talks to the same driver. */
export type VolumeScope = 'local' | 'global';

/** A volume as everybody sees it; immutable. */
export interface Volume {
  readonly name: string;
  /** Name of the driver that keeps it. */
  readonly driver: string;
  /** Absolute path on the host, whether or not anything is mounted there; "" where it is known only once mounted. */
  readonly mountpoint: string;
  /** RFC 3339 with seconds. */
  readonly createdAt: string;
  /** As given at create: null where none were ever given, which clients tell apart from an empty map. */
  readonly labels: Readonly<Record<string, string>> | null;
  /** As given at create; null and empty are told apart like those of `labels`. */
  readonly options: Readonly<Record<string, string>> | null;
  readonly scope: VolumeScope;
  /** Whatever the driver wants to tell of its state; absent for drivers that have nothing to say. */
  readonly status?: Readonly<Record<string, unknown>>;
}

/** What a driver is asked to make. */
export interface NewVolume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly options: Readonly<Record<string, string>> | null;
}

/** A driver's volumes, and in words for the user what could not be told about some of them. */
export interface Listing {
  readonly volumes: readonly Volume[];
  readonly warnings: readonly string[];
}

/** One way of keeping volumes. The conformance suite in testsuite/ says the same in tests. */
export interface VolumeDriver {
  /** What `--driver` calls it; the same on every call. */
  readonly name: string;
  readonly scope: VolumeScope;

  /**
   * Makes a volume of a name that `get` does not know. On return it is durable: a crash of the machine cannot undo it.
   * Failing leaves nothing behind, so that the same name can be tried again.
   * @throws invalid-argument for a name or option the driver does not take.
   */
  create(volume: NewVolume): Promise<Volume>;

  /**
   * The volume of that name, asked of wherever the driver keeps them; undefined where there is none. The name may be
   * anything that a client wrote, also one that `create` refuses.
   * @throws where it cannot be told whether there is one.
   */
  get(name: string): Promise<Volume | undefined>;

  /**
   * What the driver knows of that name without waiting: from its memory, or from a local file. It may know less than
   * `get`, and be wrong about a volume that was removed behind the driver's back.
   */
  peek(name: string): Volume | undefined;

  /** All volumes, in any order. It asks no other program about each one; what is not at hand is left "". */
  list(): Promise<Listing>;

  /**
   * Removes a volume and its data for good. On return it is durable: the volume does not come back after a crash, even
   * where the data is still being deleted.
   * @throws not-found where there is none; system `volume has active mounts` while a mount was not given back.
   */
  remove(name: string): Promise<void>;

  /**
   * Makes the data reachable and returns its path, which stays good until the unmount of the same id. Repeating an id
   * that is mounted changes nothing. Failing counts nothing: no unmount follows.
   * @throws not-found where there is no such volume.
   */
  mount(name: string, mountId: string): Promise<string>;

  /**
   * Gives back one mount; the last one undoes whatever the first had to attach. An id that is not mounted is ignored.
   * The mount counts as given back even where undoing fails: whoever had it is gone, and would hold it forever.
   */
  unmount(name: string, mountId: string): Promise<void>;
}
