import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '../networks/index.ts';
import type { PendingAttach } from './attach.ts';
import { type Deferred, deferred } from './deferred.ts';
import { type ContainerRecord, type ContainerState, stateFilePath } from './record.ts';
import { Stillness } from './stillness.ts';

/** How a run of a container ended. */
export interface Exit {
  exitCode: number;
  /** Why it could not be started or removed; "" where it simply ended. */
  error: string;
}

/** Where a container's folder has its root file system, as images/ lays it out. */
export const fsDirOf = (dir: string): string => join(dir, 'fs');

/** A container in the daemon's memory: its record, its state, and who waits for what. */
export class Container {
  readonly dir: string;
  record: ContainerRecord;
  readonly state: ContainerState;
  /** What it has of networks while it runs; undefined without networks of its own. */
  sandbox: Sandbox | undefined;
  /** Attached before the start: bound to the streams when there are some. */
  readonly pendingAttaches = new Set<PendingAttach>();
  /** Ids of exec sessions made in it, oldest first. */
  readonly execIds = new Set<string>();
  /** Resolves at the end of the present (or else the next) run. */
  nextExit: Deferred<Exit> = deferred();
  readonly removed: Deferred<Exit> = deferred();
  /** A user restarts it: its present end is not the end of a `--rm` container. */
  isBeingRestarted = false;
  /** The start by the restart policy that is to come; ends when it is called off. */
  pendingRestart: AbortController | undefined;
  /** How long the last of them was waited for, in milliseconds; 0 after a start by a user. */
  restartDelayMs = 0;
  /** Says when commands may be started in it. */
  readonly stillness = new Stillness();
  /** The health checks of the present run. */
  healthChecks: AbortController | undefined;
  /** Work left over from the last run (the runtime forgetting it); a new start waits for it. */
  settled: Promise<void> = Promise.resolve();

  constructor(dir: string, record: ContainerRecord, state: ContainerState) {
    this.dir = dir;
    this.record = record;
    this.state = state;
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  get fsDir(): string {
    return fsDirOf(this.dir);
  }

  get logPath(): string {
    return join(this.dir, 'container.log');
  }

  /** True from the start of a process to its end, paused or not. */
  get isRunning(): boolean {
    return this.state.status === 'running' || this.state.status === 'paused';
  }

  /** True where it runs, or will as soon as its restart policy's delay is over. */
  get isUp(): boolean {
    return this.isRunning || this.state.status === 'restarting';
  }

  /**
   * Changes the state, and writes it for the next daemon. Renamed into place but not fsynced: it has to outlive this
   * process, not the machine, whose processes would be gone too.
   */
  update(change: Partial<ContainerState>): void {
    Object.assign(this.state, change);
    const path = stateFilePath(this.dir);
    const temporary = `${path}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.state), { mode: 0o600 });
    renameSync(temporary, path);
  }

  /** Wakes those who wait for the end of this run, and makes the promise for the next. */
  announceExit(exit: Exit): void {
    const ended = this.nextExit;
    this.nextExit = deferred();
    ended.resolve(exit);
  }
}
