/** A container that uses a volume, as far as backups care. */
export interface UsingContainer {
  id: string;
  name: string;
  isRunning: boolean;
  /** Stopping it would remove it. */
  autoRemove: boolean;
  labels: Readonly<Record<string, string>>;
  /** The digest of its image. */
  image: string;
  hasHealthCheck: boolean;
}

/** How a container that tries out a restored volume is doing. */
export interface ScratchState {
  isRunning: boolean;
  exitCode: number;
  /** Docker's word: `starting`, `healthy`, `unhealthy`; "" without a health check. */
  health: string;
}

/** What a container that tries out a restored volume is made of. */
export interface ScratchRequest {
  /** The container whose image, command, environment and limits it gets. */
  like: string;
  /** The volume that it has there, in place of which it gets the other one. Further volumes it does not get. */
  volume: string;
  scratchVolume: string;
  labels: Readonly<Record<string, string>>;
}

/** What backups need of containers; the daemon joins it with them. */
export interface BackupContainers {
  /** Those that use a volume, oldest first. */
  using(volume: string): Promise<UsingContainer[]>;
  /** Runs a command in a running container. @returns its exit code, and the end of what it wrote. */
  exec(id: string, argv: readonly string[], signal?: AbortSignal): Promise<{ exitCode: number; output: string }>;
  /**
   * Does something while the processes of these stand still. They are thawed whatever happens to this process meanwhile, and
   * once the time is over, which is a failure.
   */
  whileFrozen<T>(ids: readonly string[], work: () => Promise<T>, limitSeconds: number): Promise<T>;
  stop(id: string): Promise<void>;
  /** Starts one that does not run; one that is gone, or runs, is fine. */
  start(id: string): Promise<void>;
  /** Makes and starts a container without a network. @returns its id. Failing leaves nothing. */
  startScratch(request: ScratchRequest): Promise<string>;
  stateOf(id: string): Promise<ScratchState>;
  /** The end of what a container wrote, for people. */
  lastWords(id: string): Promise<string>;
  /** Ends and removes containers with a label, and what anonymous volumes they have. */
  removeLabelled(label: string): Promise<void>;
}
