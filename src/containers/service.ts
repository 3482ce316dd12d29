import { mkdirSync } from 'node:fs';
import { KeyedLock } from '../async/index.ts';
import { notModified } from '../errors/index.ts';
import type { Freezer } from '../volumes/index.ts';
import type { ContainerUpdate, EndpointConfig, ExecCreate, ExecStart, Filters } from '../wire/index.ts';
import { archiveGet, archivePut, archiveStat, type PutOptions } from './archive.ts';
import { type AttachOptions, type AttachStream, attachContainer } from './attach.ts';
import { containerChanges } from './changes.ts';
import { type CommitRequest, commitContainer } from './commit.ts';
import type { Container } from './container.ts';
import { type CreateRequest, createContainer } from './create.ts';
import { containersRoot, type Engine, emitContainer } from './engine.ts';
import { createExec, inspectExec, resizeExec, startExec } from './exec.ts';
import { ExecStore } from './exec-store.ts';
import { type Executed, execute } from './execute.ts';
import { handleExit } from './exit.ts';
import { exportContainer } from './export.ts';
import { freezerOf } from './freeze.ts';
import { endHealthChecks } from './health/monitor.ts';
import { usersOfImage } from './image-mounts.ts';
import { inspectContainer } from './inspect.ts';
import { type ListRequest, listContainers } from './list.ts';
import { type LogOptions, readLogs } from './logs.ts';
import { connectContainer, disconnectContainer } from './network/connect.ts';
import { pruneContainers } from './prune.ts';
import { type RemoveOptions, removeByUser, removeContainer } from './remove.ts';
import { renameContainer } from './rename.ts';
import { callOffRestart, forgetRestarts } from './restart/pending.ts';
import { restartWithDaemon } from './restart/restart.ts';
import { restoreContainers } from './restore.ts';
import { startContainer } from './start.ts';
import { containerStats } from './stats.ts';
import {
  killContainer,
  pauseContainer,
  resizeContainer,
  type StopOptions,
  stopContainer,
  stopToRestart,
  unpauseContainer,
  untilStarted,
} from './stop.ts';
import { ContainerStore } from './store.ts';
import { containerTop } from './top.ts';
import { updateContainer } from './update.ts';
import { containersUsage } from './usage.ts';
import { VolumeUsers } from './volume-users.ts';
import { waitFor } from './wait.ts';

/** The parts that the daemon hands in; the rest of an {@link Engine} is made here. */
export type EngineParts = Omit<Engine, 'store' | 'locks' | 'sweeping'>;

/**
 * Everything the API does with containers. A `ref` is an id, an unambiguous id prefix, or a name; an unknown one is
 * not-found. Operations on one container that change it never overlap.
 */
export class ContainerService {
  readonly #engine: Engine;
  readonly #execs = new ExecStore();
  readonly volumeUsers: VolumeUsers;

  private constructor(engine: Engine) {
    this.#engine = engine;
    this.volumeUsers = new VolumeUsers(engine);
  }

  /** Takes over the containers of the last daemon, and from then on follows the ends of their processes. */
  static async open(parts: EngineParts): Promise<ContainerService> {
    const engine: Engine = { ...parts, store: new ContainerStore(), locks: new KeyedLock(), sweeping: new Set() };
    mkdirSync(containersRoot(engine), { recursive: true, mode: 0o710 });
    const service = new ContainerService(engine);
    engine.runtime.exits((exit) => service.#onExit(exit));
    engine.networks.setNames((id) => (engine.store.has(id) ? engine.store.get(id).name : id));
    await restoreContainers(engine);
    restartWithDaemon(engine).catch((error: unknown) =>
      engine.log.error({ err: error }, 'could not start what is to run'),
    );
    return service;
  }

  #onExit(exit: { id: string; exitCode: number; oomKilled: boolean }): void {
    const { store, locks, log } = this.#engine;
    if (!store.has(exit.id)) return;
    const container = store.get(exit.id);
    locks
      .hold(exit.id, () => handleExit(this.#engine, container, exit))
      .catch((error: unknown) =>
        log.error({ container: exit.id, err: error }, 'could not deal with the end of a container'),
      );
  }

  #get(ref: string): Container {
    return this.#engine.store.get(ref);
  }

  #locked<T>(ref: string, work: (container: Container) => Promise<T>): Promise<T> {
    const container = this.#get(ref);
    return this.#engine.locks.hold(container.id, () => work(container));
  }

  create(request: CreateRequest) {
    return createContainer(this.#engine, request);
  }

  /** A `--rm` container that cannot be started is removed, so that whoever waits for its removal is answered. */
  start(ref: string): Promise<void> {
    return this.#locked(ref, async (container) => {
      if (container.state.status === 'restarting') throw notModified(`container ${container.id} is already running`);
      forgetRestarts(container);
      try {
        await startContainer(this.#engine, container);
      } catch (error) {
        if (container.record.hostConfig.AutoRemove && canGo(container)) {
          await removeContainer(this.#engine, container, { force: true, volumes: true });
        }
        throw error;
      }
    });
  }

  async stop(ref: string, options: StopOptions): Promise<void> {
    await stopContainer(this.#engine, this.#get(ref), options);
  }

  async restart(ref: string, options: StopOptions): Promise<void> {
    const container = this.#get(ref);
    await untilStarted(this.#engine, container);
    callOffRestart(container);
    if (container.isRunning) {
      await stopToRestart(this.#engine, container, options);
    }
    forgetRestarts(container);
    await this.#locked(container.id, (locked) => startContainer(this.#engine, locked));
    emitContainer(this.#engine, container, { action: 'restart' });
  }

  async kill(ref: string, signal: string): Promise<void> {
    await killContainer(this.#engine, this.#get(ref), signal);
  }

  pause(ref: string): Promise<void> {
    return this.#locked(ref, (container) => pauseContainer(this.#engine, container));
  }

  unpause(ref: string): Promise<void> {
    return this.#locked(ref, (container) => unpauseContainer(this.#engine, container));
  }

  connect(ref: string, wanted: { network: string; wish: EndpointConfig | null }): Promise<void> {
    return this.#locked(ref, (container) => connectContainer(this.#engine, container, wanted));
  }

  disconnect(ref: string, wanted: { network: string; force: boolean }): Promise<void> {
    return this.#locked(ref, (container) => disconnectContainer(this.#engine, container, wanted));
  }

  rename(ref: string, name: string): Promise<void> {
    return this.#locked(ref, (container) => renameContainer(this.#engine, container, name));
  }

  async resize(ref: string, size: { height: number; width: number }): Promise<void> {
    await resizeContainer(this.#engine, this.#get(ref), size);
  }

  async remove(ref: string, options: RemoveOptions): Promise<void> {
    await removeByUser(this.#engine, this.#get(ref), options);
  }

  prune(filters: Filters) {
    return pruneContainers(this.#engine, filters);
  }

  /** Resolves once the wait is in place; its `result` resolves when the condition holds. */
  async wait(ref: string, options: { condition: string }) {
    return waitFor(this.#get(ref), options.condition);
  }

  async inspect(ref: string, options: { size: boolean; apiVersion: string }) {
    return inspectContainer(this.#engine, this.#get(ref), options);
  }

  list(request: ListRequest) {
    return listContainers(this.#engine, request);
  }

  async top(ref: string, psArgs: string) {
    return containerTop(this.#engine, this.#get(ref), psArgs);
  }

  async changes(ref: string) {
    return containerChanges(this.#engine, this.#get(ref));
  }

  stats(ref: string, options: { stream: boolean; oneShot: boolean }) {
    return containerStats(this.#engine, this.#get(ref), options);
  }

  update(ref: string, body: ContainerUpdate) {
    return this.#locked(ref, (container) => updateContainer(this.#engine, container, body));
  }

  async export(ref: string) {
    return exportContainer(this.#engine, this.#get(ref));
  }

  commit(request: CommitRequest) {
    return commitContainer(this.#engine, request);
  }

  async attach(ref: string, options: AttachOptions): Promise<AttachStream> {
    return attachContainer(this.#engine, this.#get(ref), options);
  }

  async logs(ref: string, options: LogOptions) {
    const container = this.#get(ref);
    return { tty: container.record.config.Tty, entries: readLogs(this.#engine, container, options) };
  }

  async archiveStat(ref: string, path: string) {
    return archiveStat(this.#engine, this.#get(ref), { ref, path });
  }

  async archiveGet(ref: string, path: string) {
    return archiveGet(this.#engine, this.#get(ref), { ref, path });
  }

  async archivePut(ref: string, path: string, options: PutOptions) {
    await archivePut(this.#engine, this.#get(ref), { ref, path, ...options });
  }

  async execCreate(ref: string, request: ExecCreate) {
    return createExec(this.#engine, this.#execs, { container: this.#get(ref), request });
  }

  async execStart(id: string, request: ExecStart) {
    return startExec(this.#engine, this.#execs, { id, request });
  }

  /** Runs a command to its end, for the engine itself. See {@link execute}. */
  async execute(ref: string, command: { argv: readonly string[]; signal?: AbortSignal }): Promise<Executed> {
    return execute(this.#engine, this.#get(ref), command);
  }

  async execInspect(id: string) {
    return inspectExec(this.#execs.get(id));
  }

  async execResize(id: string, size: { height: number; width: number }): Promise<void> {
    await resizeExec(this.#execs.get(id), size);
  }

  usage() {
    return containersUsage(this.#engine);
  }

  /** What makes containers stand still while their volumes are snapshotted. */
  freezer(): Freezer {
    return freezerOf(this.#engine);
  }

  /** The containers that are made of an image or mount it, for the image store's refusals. */
  usersOf(imageId: string): Array<{ id: string; running: boolean }> {
    return usersOfImage(this.#engine, imageId);
  }

  /** How many containers are made of an image; those that mount it are not counted, as with Docker. */
  countOf(imageId: string): number {
    return this.#engine.store.all().filter(({ record }) => record.imageId === imageId).length;
  }

  /** How many there are in each state, for /info. */
  counts(): { total: number; running: number; paused: number; stopped: number } {
    const all = this.#engine.store.all();
    const running = all.filter((container) => container.state.status === 'running').length;
    const paused = all.filter((container) => container.state.status === 'paused').length;
    return { total: all.length, running, paused, stopped: all.length - running - paused };
  }

  /** Waits for deletions under way. Running containers go on without the daemon; the next one restarts what is to be. */
  async close(): Promise<void> {
    for (const container of this.#engine.store.all()) {
      container.pendingRestart?.abort();
      endHealthChecks(container);
    }
    await Promise.allSettled([...this.#engine.sweeping, ...this.#engine.store.all().map((each) => each.settled)]);
  }
}

/** It neither runs nor is being removed already. */
const canGo = ({ isRunning, state }: Container): boolean =>
  !isRunning && state.status !== 'removing' && state.status !== 'dead';
