/** A container that uses a volume, as far as backups care. */
export interface UsingContainer {
  id: string;
  name: string;
  isRunning: boolean;
  /** Stopping it would remove it. */
  autoRemove: boolean;
  labels: Readonly<Record<string, string>>;
}

/** What backups need of containers; the daemon joins it with them. */
export interface BackupContainers {
  /** Those that use a volume, oldest first. */
  using(volume: string): Promise<UsingContainer[]>;
  /** Runs a command in a running container. @returns its exit code, and the end of what it wrote. */
  exec(id: string, argv: readonly string[]): Promise<{ exitCode: number; output: string }>;
  stop(id: string): Promise<void>;
  /** Starts one that does not run; one that is gone, or runs, is fine. */
  start(id: string): Promise<void>;
}
