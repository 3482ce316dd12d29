import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { conflict, invalidArgument, notFound, notModified } from '../../errors/index.ts';
import type {
  ContainerCreate,
  ContainerUpdate,
  ExecCreate,
  ExecStart,
  PathStat,
  WaitResult,
} from '../../wire/index.ts';
import type { AttachStream } from '../attach-stream.ts';
import type {
  ArchivePut,
  AttachQuery,
  CommitQuery,
  ContainersBackend,
  ListQuery,
  LogLine,
  LogsQuery,
  StopQuery,
} from '../routes/containers/backend.ts';
import type { ExecBackend } from '../routes/exec/backend.ts';
import { MemoryContainer } from './memory-container.ts';

/** Containers that live in memory and run nothing, with what was asked of them for tests to look at. */
export class MemoryContainers implements ContainersBackend, ExecBackend {
  readonly all = new Map<string, MemoryContainer>();
  readonly asked: Array<{ what: string; with: unknown }> = [];
  readonly archives = new Map<string, Buffer>();
  log: LogLine[] = [];
  /** Thrown by logs after its lines, stats after its samples, export after its bytes. */
  failure: Error | undefined;

  add(id: string, options: { tty: boolean } = { tty: false }): MemoryContainer {
    const container = new MemoryContainer(id, options);
    this.all.set(id, container);
    return container;
  }

  get(ref: string): MemoryContainer {
    const container = this.all.get(ref);
    if (container === undefined) throw notFound(`No such container: ${ref}`);
    return container;
  }

  async create(request: { name: string; body: ContainerCreate; platform: string; apiVersion: string }) {
    this.asked.push({ what: 'create', with: request });
    if (this.all.has(request.name)) throw conflict(`The container name "/${request.name}" is already in use`);
    this.add(request.name, { tty: request.body.Tty });
    return { Id: request.name, Warnings: [] };
  }

  async list(query: ListQuery) {
    this.asked.push({ what: 'list', with: query });
    return [...this.all.keys()].map((Id) => ({ Id }));
  }

  async inspect(ref: string, options: object) {
    return { Id: this.get(ref).id, options };
  }

  async start(ref: string): Promise<void> {
    if (this.get(ref).running) throw notModified('container is already started');
    this.get(ref).running = true;
  }

  async stop(ref: string, options: StopQuery): Promise<void> {
    this.asked.push({ what: 'stop', with: options });
    this.get(ref).exit(143);
  }

  async restart(ref: string, options: StopQuery): Promise<void> {
    this.asked.push({ what: 'restart', with: options });
    this.get(ref).running = true;
  }

  async kill(ref: string, signal: string): Promise<void> {
    if (!this.get(ref).running) throw conflict(`cannot kill container: ${ref}: container ${ref} is not running`);
    this.asked.push({ what: 'kill', with: signal });
    this.get(ref).exit(137);
  }

  async pause(ref: string): Promise<void> {
    this.get(ref).said.push('pause');
  }

  async unpause(ref: string): Promise<void> {
    this.get(ref).said.push('unpause');
  }

  async rename(ref: string, name: string): Promise<void> {
    const container = this.get(ref);
    this.all.delete(ref);
    this.all.set(name, container);
  }

  async resize(ref: string, size: object): Promise<void> {
    this.get(ref);
    this.asked.push({ what: 'resize', with: size });
  }

  async remove(ref: string, options: object): Promise<void> {
    this.get(ref);
    this.asked.push({ what: 'remove', with: options });
    this.all.delete(ref);
  }

  async prune() {
    const gone = [...this.all.values()].filter((container) => !container.running).map((container) => container.id);
    for (const id of gone) this.all.delete(id);
    return { ContainersDeleted: gone, SpaceReclaimed: 0 };
  }

  async wait(ref: string, options: { condition: string; signal: AbortSignal }) {
    const container = this.get(ref);
    if (!['', 'next-exit', 'removed'].includes(options.condition)) {
      throw invalidArgument(`invalid condition: "${options.condition}"`);
    }
    const gone = new Promise<WaitResult>((_, reject) => {
      options.signal.addEventListener('abort', () => {
        container.said.push('wait aborted');
        reject(conflict('aborted'));
      });
    });
    return { result: Promise.race([container.wait(), gone]) };
  }

  async top(ref: string, psArgs: string) {
    return { Titles: [psArgs], Processes: [[this.get(ref).id]] };
  }

  async changes(ref: string) {
    return [{ Path: `/${this.get(ref).id}`, Kind: 1 }];
  }

  async *stats(ref: string, options: { stream: boolean }): AsyncGenerator<object> {
    yield { id: this.get(ref).id };
    if (options.stream) yield { id: ref, second: true };
    if (this.failure !== undefined) throw this.failure;
  }

  async update(ref: string, body: ContainerUpdate) {
    this.get(ref);
    this.asked.push({ what: 'update', with: body });
    return { Warnings: null };
  }

  async export(ref: string) {
    return Readable.from(this.#exported(ref));
  }

  async *#exported(ref: string): AsyncGenerator<Buffer> {
    yield Buffer.from(this.get(ref).id);
    if (this.failure !== undefined) throw this.failure;
  }

  async commit(request: CommitQuery) {
    this.asked.push({ what: 'commit', with: request });
    return { Id: 'sha256:1' };
  }

  async attach(ref: string, options: AttachQuery): Promise<AttachStream> {
    const { stdin, ...stream } = this.get(ref).attach();
    return options.stdin && stdin !== undefined ? { ...stream, stdin } : stream;
  }

  async logs(ref: string, options: LogsQuery) {
    const container = this.get(ref);
    this.asked.push({ what: 'logs', with: options });
    return { tty: container.tty, entries: this.#logged(options) };
  }

  async *#logged(options: LogsQuery): AsyncGenerator<LogLine> {
    yield* this.log.filter((line) => options[line.stream]);
    if (this.failure !== undefined) throw this.failure;
    if (options.follow) await new Promise((resolve) => options.signal.addEventListener('abort', resolve));
  }

  async archiveStat(ref: string, path: string): Promise<PathStat> {
    const found = this.archives.get(path);
    if (found === undefined) throw notFound(`Could not find the file ${path} in container ${this.get(ref).id}`);
    return { name: path, size: found.length, mode: 0o644, mtime: '2026-01-01T00:00:00Z', linkTarget: '' };
  }

  async archiveGet(ref: string, path: string) {
    return { stat: await this.archiveStat(ref, path), tar: Readable.from([this.archives.get(path)]) };
  }

  async archivePut(ref: string, path: string, put: ArchivePut): Promise<void> {
    this.get(ref);
    this.archives.set(path, await buffer(put.stream));
  }

  async execCreate(ref: string, body: ExecCreate) {
    this.asked.push({ what: 'exec', with: body });
    return { Id: this.get(ref).id };
  }

  async execStart(id: string, body: ExecStart): Promise<AttachStream | undefined> {
    this.asked.push({ what: 'exec start', with: body });
    const stream = this.get(id).attach();
    return body.Detach ? undefined : stream;
  }

  async execInspect(id: string) {
    return { ID: this.get(id).id };
  }

  async execResize(id: string, size: { height: number; width: number }): Promise<void> {
    await this.resize(id, size);
  }
}
