import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conflict } from '../errors/index.ts';
import { codeOf, isAlive, type Log, type ProcessIdentity, run, signalProcess } from '../host/index.ts';
import type { Attachment } from './attach/attachment.ts';
import { AttachHub, endedAttachment } from './attach/hub.ts';
import { GroupFreezer } from './cgroup/freezer.ts';
import { ContainerGroups } from './cgroup/groups.ts';
import { readStats } from './cgroup/stats.ts';
import { type Transfers, transfersOf } from './cgroup/transfers.ts';
import type { ContainerStats } from './cgroup/usage.ts';
import { type CreatedProcess, type CreateOptions, createContainer } from './create.ts';
import { deleteContainer } from './delete.ts';
import { type ExecOptions, type ExecSession, execInContainer } from './exec.ts';
import { type ContainerExit, Exits } from './exits.ts';
import { type FreezeOptions, type Frozen, whileFrozen } from './freeze.ts';
import type { LogEntry } from './logs/entry.ts';
import { type LogOptions, readLog } from './logs/read.ts';
import { LogRotation } from './logs/rotation.ts';
import { pauseContainer } from './pause.ts';
import { Places } from './places.ts';
import { ProgramFinder, type RuntimeProgram } from './program/program.ts';
import { exitOf, reclaimContainer } from './reclaim.ts';
import { type RunRecord, RunRecords } from './record.ts';
import { resizeTerminal, type TerminalSize } from './resize.ts';
import { runtimeCommand, type Shared } from './shared.ts';
import type { OciResources } from './spec/index.ts';
import { startContainer } from './start.ts';

export interface RuntimeOptions {
  /** A folder on a file system that does not outlive a boot. */
  execRoot: string;
  log: Log;
  /** OCI runtimes to choose among, names or paths, the best first; crun and runc where it is left out. */
  runtimes?: readonly string[] | undefined;
}

/**
 * Processes in containers, by an OCI runtime and conmon. Each container has a conmon of its own, which keeps its streams,
 * its log and its exit code; both go on whatever becomes of this process, and a later one takes them over by `reclaim`.
 *
 * An operation on a container that was not created, or has been deleted, is a conflict. Callers keep operations that
 * change one container from overlapping.
 */
export class Runtime {
  readonly #shared: Shared;

  private constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Takes no time: the OCI runtime is chosen when it is first needed. */
  static async open({ execRoot, log, runtimes }: RuntimeOptions): Promise<Runtime> {
    const places = new Places(execRoot);
    places.make();
    const exits = new Exits(places.exits, log);
    const rotation = new LogRotation(log);
    exits.listen(({ id }) => rotation.forget(id));
    return new Runtime({
      places,
      programs: new ProgramFinder({ dir: places.root, log, names: runtimes }),
      records: new RunRecords(places),
      exits,
      hubs: new Map(),
      rotation,
      log,
    });
  }

  /** The OCI runtime in use; the first call on a machine since it started takes some 0.3 s. @throws unavailable for none */
  program(): Promise<RuntimeProgram> {
    return this.#shared.programs.find();
  }

  create(options: CreateOptions): Promise<CreatedProcess> {
    return createContainer(this.#shared, options);
  }

  /** @throws system where the process has ended before it could be let go */
  async start(id: string): Promise<void> {
    await startContainer(this.#shared, id, this.#record(id));
  }

  delete(id: string): Promise<void> {
    return deleteContainer(this.#shared, id);
  }

  /** Tells of the end of every container from now on, once each; also of those that were reclaimed. */
  exits(listener: (exit: ContainerExit) => void): void {
    this.#shared.exits.listen(listener);
  }

  exitOf(id: string): ContainerExit | undefined {
    return exitOf(this.#shared, id);
  }

  reclaim(id: string, init: ProcessIdentity): Promise<'running' | ContainerExit | undefined> {
    return reclaimContainer(this.#shared, id, init);
  }

  /**
   * Attaches to a container's streams, from now on. Between create and start nothing of its output is missed. To one
   * that has ended there is nothing to attach: the attachment has ended too.
   */
  attach(id: string): Attachment {
    const { hubs } = this.#shared;
    const known = hubs.get(id);
    if (known !== undefined) return known.attach();
    const record = this.#record(id);
    try {
      const hub: AttachHub = new AttachHub({
        socket: join(record.bundle, 'attach'),
        stdin: record.stdin,
        stdinOnce: record.stdinOnce,
        staysOpen: record.stdin && record.stdinOnce,
        isRunning: () => isAlive(record.init),
        onClose: () => void (hubs.get(id) === hub && hubs.delete(id)),
      });
      hubs.set(id, hub);
      return hub.attach();
    } catch (error) {
      if (!['ENOENT', 'ECONNREFUSED'].includes(codeOf(error) ?? '')) throw error;
      return endedAttachment();
    }
  }

  async resize(id: string, size: TerminalSize): Promise<void> {
    await resizeTerminal(this.#record(id).bundle, size);
  }

  logs(path: string, options: LogOptions = {}): AsyncIterable<LogEntry> {
    return readLog(path, options);
  }

  async exec(id: string, options: ExecOptions): Promise<ExecSession> {
    this.#record(id);
    return execInContainer(this.#shared, id, options);
  }

  async pause(id: string): Promise<void> {
    await pauseContainer(() => this.#command('pause', id));
  }

  async resume(id: string): Promise<void> {
    await this.#command('resume', id);
  }

  /**
   * Does something while these running containers stand still; see `whileFrozen`. Callers keep pause, resume and exec of them
   * from overlapping, which the OCI runtime does by the same freezer.
   */
  whileFrozen<T>(ids: readonly string[], work: () => Promise<T>, options: FreezeOptions): Promise<Frozen<T>> {
    const groups = ids.map((id) => this.#groups(id));
    return whileFrozen({ places: this.#shared.places, groups }, work, options);
  }

  /** Lets a running container go on that an earlier daemon froze and did not live to thaw. */
  thaw(id: string): void {
    new GroupFreezer(this.#groups(id)).thaw();
  }

  /**
   * Sends a signal to the container's first process, or to all of them. Nothing happens where it has ended. A paused
   * process takes a signal when it is resumed.
   */
  async kill(id: string, signal: number | string, { all = false }: { all?: boolean } = {}): Promise<void> {
    const { init } = this.#record(id);
    if (init.startTime !== 0) signalProcess(init, signal);
    if (all) await this.#command('kill', '--all', id, String(signal));
  }

  /** Changes the limits of a running container; see `resourcesFor`. */
  async update(id: string, resources: OciResources): Promise<void> {
    this.#record(id);
    // By a file: not every runtime reads them from a pipe.
    const file = join(this.#shared.places.container(id), 'resources.json');
    writeFileSync(file, JSON.stringify(resources), { mode: 0o600 });
    await this.#command('update', '--resources', file, id);
  }

  /** The processes in a container, by the host's numbers. */
  async ps(id: string): Promise<number[]> {
    return this.#groups(id).processes();
  }

  async stats(id: string): Promise<ContainerStats> {
    return readStats(this.#groups(id));
  }

  /** What a running container has read and written so far. @throws conflict where it does not run */
  transfers(id: string): Transfers {
    return transfersOf(this.#groups(id));
  }

  /** Stops watching; containers go on. */
  close(): void {
    this.#shared.exits.close();
    this.#shared.rotation.close();
  }

  async #command(name: string, ...args: string[]): Promise<void> {
    await run([...(await runtimeCommand(this.#shared)), name, ...args]);
  }

  #groups(id: string): ContainerGroups {
    return new ContainerGroups(this.#record(id).cgroups);
  }

  #record(id: string): RunRecord {
    const record = this.#shared.records.read(id);
    if (record === undefined) throw conflict(`container ${id} is not running`);
    return record;
  }
}
