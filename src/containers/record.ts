import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renameDurable, writeDurable } from '../host/index.ts';
import type { MountPoint } from '../volumes/index.ts';
import type { ContainerConfig, EndpointConfig, HostConfig } from '../wire/index.ts';
import type { Health } from './health/health.ts';

/** What a container is: fixed at create, but for its name and the resources that an update may change. */
export interface ContainerRecord {
  schemaVersion: 1;
  /** 64 lowercase hex digits. */
  id: string;
  name: string;
  /** RFC 3339 with nanoseconds. */
  created: string;
  /** Digest of the image's configuration, `sha256:…`; stays valid when the tag moves on. */
  imageId: string;
  platform: string;
  /** The request's configuration merged with the image's. */
  config: ContainerConfig;
  hostConfig: HostConfig;
  /** What it wants of each network it is on, by the network's name; empty for `none`, `host` and `container:ID`. */
  networks: Record<string, EndpointConfig>;
  /** Entrypoint and command, merged: what is run. */
  args: string[];
  mountPoints: MountPoint[];
}

/** Docker's names for where a container is in its life. */
export type Status = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** Where a container is in its life. Written at each change, so that a new daemon knows what the last one knew. */
export interface ContainerState {
  status: Status;
  /** 0 where there is no process. */
  pid: number;
  /** Start of `pid` in clock ticks since boot: with it a reused pid is told apart. */
  pidStart: number;
  exitCode: number;
  error: string;
  oomKilled: boolean;
  /** RFC 3339 with nanoseconds; "0001-01-01T00:00:00Z" (Go's zero time) for never. */
  startedAt: string;
  finishedAt: string;
  /** Asked to stop by a user: a restart policy must not bring it back. */
  stoppedByUser: boolean;
  restartCount: number;
  /** null without a health check. */
  health: Health | null;
  /** The volume mounts this run holds, each given back at its end. Kept so that a new daemon can take them over. */
  volumeMounts: Array<{ name: string; mountId: string }>;
}

export const zeroTime = '0001-01-01T00:00:00Z';

export const freshState = (): ContainerState => ({
  status: 'created',
  pid: 0,
  pidStart: 0,
  exitCode: 0,
  error: '',
  oomKilled: false,
  startedAt: zeroTime,
  finishedAt: zeroTime,
  stoppedByUser: false,
  restartCount: 0,
  health: null,
  volumeMounts: [],
});

const recordFile = 'container.json';
const stateFile = 'state.json';

/** Replaces the record in `dir`, durably. Environment and labels may hold secrets: mode 0600. */
export function writeRecord(dir: string, record: ContainerRecord): Promise<void> {
  return writeDurable(join(dir, recordFile), JSON.stringify(record), { mode: 0o600 });
}

/** The first record of a container: built in `temporary`, then moved to `dir`, so that a folder is never half there. */
export async function publishRecord(temporary: string, dir: string, record: ContainerRecord): Promise<void> {
  if (isPassing(record)) {
    writeFileSync(join(temporary, recordFile), JSON.stringify(record), { mode: 0o600 });
    renameSync(temporary, dir);
  } else {
    await writeRecord(temporary, record);
    await renameDurable(temporary, dir);
  }
}

/**
 * True of what a power failure may take, so that the disk need not be waited for: a `--rm` container, which would be
 * removed by the next start anyway. One with anonymous volumes has to come back once, to take them along.
 */
const isPassing = ({ hostConfig, mountPoints }: ContainerRecord): boolean =>
  hostConfig.AutoRemove && !mountPoints.some(({ anonymous }) => anonymous);

/** Tells whether a power failure took the content of a passing container's record. */
export const isHollow = (dir: string): boolean =>
  statSync(join(dir, recordFile), { throwIfNoEntry: false })?.size === 0;

/** Reads what {@link writeRecord} wrote. Throws what the file system throws, or SyntaxError for a damaged record. */
export function readRecord(dir: string): ContainerRecord {
  const record = JSON.parse(readFileSync(join(dir, recordFile), 'utf8')) as ContainerRecord;
  // Absent in records of 0.1, whose containers were on no network.
  return { ...record, networks: record.networks ?? {} };
}

/** The last state written to `dir`; the state of a container that never ran where there is none to be read. */
export function readState(dir: string): ContainerState {
  try {
    return { ...freshState(), ...(JSON.parse(readFileSync(join(dir, stateFile), 'utf8')) as ContainerState) };
  } catch {
    // Absent before the first start, or cut short by a power failure: what really runs is asked of the kernel anyway.
    return freshState();
  }
}

export const stateFilePath = (dir: string): string => join(dir, stateFile);
