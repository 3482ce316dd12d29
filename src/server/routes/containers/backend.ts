import type { Readable } from 'node:stream';
import type {
  ApiVersion,
  ContainerConfig,
  ContainerCreate,
  ContainerUpdate,
  Filters,
  PathStat,
  WaitResult,
} from '../../../wire/index.ts';
import type { AttachStream } from '../../attach-stream.ts';

export interface ListQuery {
  all: boolean;
  /** 0 or less means no bound. */
  limit: number;
  size: boolean;
  filters: Filters;
  apiVersion: ApiVersion;
}

/** `signal` "" and `timeoutSeconds` undefined mean the container's own; a timeout of -1 waits for ever. */
export interface StopQuery {
  signal: string;
  timeoutSeconds?: number | undefined;
}

export interface AttachQuery {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  /** Go on with what comes, after the log. */
  stream: boolean;
  /** The log so far comes first. */
  logs: boolean;
}

/** Times in nanoseconds since the epoch; `tail` in lines, undefined for all. */
export interface LogsQuery {
  stdout: boolean;
  stderr: boolean;
  follow: boolean;
  since?: bigint | undefined;
  until?: bigint | undefined;
  tail?: number | undefined;
  signal: AbortSignal;
}

/** A piece of a log: a line with its end, or a part of a line. `time` in nanoseconds since the epoch. */
export interface LogLine {
  stream: 'stdout' | 'stderr';
  time: bigint;
  data: Buffer;
}

export interface CommitQuery {
  container: string;
  repo: string;
  tag: string;
  comment: string;
  author: string;
  pause: boolean;
  /** Dockerfile instructions. */
  changes: string[];
  /** What to put over the container's configuration; undefined keeps it. */
  config: ContainerConfig | undefined;
}

export interface ArchivePut {
  /** A tar archive, compressed or not. */
  stream: Readable;
  noOverwriteDirNonDir: boolean;
  copyUIDGID: boolean;
}

/** What the container routes need of the engine. `ref` is an id, an id's beginning or a name. Answers are Docker's JSON. */
export interface ContainersBackend {
  create(request: {
    name: string;
    body: ContainerCreate;
    platform: string;
    apiVersion: ApiVersion;
  }): Promise<{ Id: string; Warnings: string[] }>;
  list(query: ListQuery): Promise<readonly object[]>;
  inspect(ref: string, options: { size: boolean; apiVersion: ApiVersion }): Promise<object>;
  start(ref: string): Promise<void>;
  stop(ref: string, options: StopQuery): Promise<void>;
  restart(ref: string, options: StopQuery): Promise<void>;
  kill(ref: string, signal: string): Promise<void>;
  pause(ref: string): Promise<void>;
  unpause(ref: string): Promise<void>;
  rename(ref: string, name: string): Promise<void>;
  /** In character cells. */
  resize(ref: string, size: { height: number; width: number }): Promise<void>;
  remove(ref: string, options: { force: boolean; volumes: boolean; link: boolean }): Promise<void>;
  prune(filters: Filters): Promise<{ ContainersDeleted: readonly string[] | null; SpaceReclaimed: number }>;
  /** Resolves once the wait is in place, so that the answer's head may go; its result comes when the condition holds. */
  wait(ref: string, options: { condition: string; signal: AbortSignal }): Promise<{ result: Promise<WaitResult> }>;
  top(ref: string, psArgs: string): Promise<object>;
  changes(ref: string): Promise<readonly object[] | null>;
  stats(
    ref: string,
    options: { stream: boolean; oneShot: boolean; signal: AbortSignal },
  ): AsyncIterable<object> | Promise<AsyncIterable<object>>;
  update(ref: string, body: ContainerUpdate): Promise<object>;
  export(ref: string): Promise<Readable>;
  commit(request: CommitQuery): Promise<{ Id: string }>;
  attach(ref: string, options: AttachQuery): Promise<AttachStream>;
  logs(ref: string, options: LogsQuery): Promise<{ tty: boolean; entries: AsyncIterable<LogLine> }>;
  archiveStat(ref: string, path: string): Promise<PathStat>;
  archiveGet(ref: string, path: string): Promise<{ stat: PathStat; tar: Readable }>;
  archivePut(ref: string, path: string, put: ArchivePut): Promise<void>;
}
