import { setTimeout as delay } from 'node:timers/promises';
import { isKind } from '../errors/index.ts';
import type { InterfaceCounters } from '../host/index.ts';
import type { ContainerStats } from '../runtime/index.ts';
import type { Container } from './container.ts';
import type { Engine } from './engine.ts';
import { networkCounters } from './network/counters.ts';
import { zeroTime } from './record.ts';
import { nowNano } from './time.ts';

/** `stream` goes on until the container is removed; `oneShot` answers one sample at once instead of comparing two. */
export interface StatsOptions {
  stream: boolean;
  oneShot: boolean;
  /** Ends the stream. */
  signal?: AbortSignal;
}

/** How often a stream has a sample, and how far apart the two are that a single answer compares. */
const intervalMs = 1000;

type Sample = ContainerStats & { read: string; networks: Record<string, InterfaceCounters> | undefined };

/**
 * What a container uses, in the shape of GET /containers/{id}/stats (API 1.24 to 1.50). A container that does not run
 * has zeros, as with Docker. With the networks `none` and `host` there are no counters of the container's own.
 */
export async function* containerStats(
  engine: Engine,
  container: Container,
  options: StatsOptions,
): AsyncGenerator<object> {
  let last: Sample | undefined;
  if (!options.stream && !options.oneShot && container.isRunning) {
    last = await sample(engine, container);
    await pause(options.signal);
  }
  do {
    const current = await sample(engine, container);
    yield toWire(container, current, last);
    last = current;
    if (options.stream) await pause(options.signal);
  } while (options.stream && options.signal?.aborted !== true && engine.store.has(container.id));
}

/** @returns undefined where the container does not run, or ended while it was looked at. */
async function sample(engine: Engine, container: Container): Promise<Sample | undefined> {
  if (!container.isRunning) return undefined;
  try {
    const networks = networkCounters(engine, container);
    return { ...(await engine.runtime.stats(container.id)), networks, read: nowNano() };
  } catch (error) {
    if (isKind(error, 'conflict')) return undefined;
    throw error;
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await delay(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => {
    // The client has gone: the loop's condition sees it.
  });
}

const noCpu = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};
const noIo = {
  io_service_bytes_recursive: null,
  io_serviced_recursive: null,
  io_queue_recursive: null,
  io_service_time_recursive: null,
  io_wait_time_recursive: null,
  io_merged_recursive: null,
  io_time_recursive: null,
  sectors_recursive: null,
};

function toWire(container: Container, current: Sample | undefined, last: Sample | undefined): object {
  return {
    name: `/${container.name}`,
    id: container.id,
    read: current?.read ?? zeroTime,
    preread: last?.read ?? zeroTime,
    pids_stats: current?.pids_stats ?? {},
    blkio_stats: current?.blkio_stats ?? noIo,
    num_procs: 0,
    storage_stats: {},
    cpu_stats: current?.cpu_stats ?? noCpu,
    precpu_stats: last?.cpu_stats ?? noCpu,
    memory_stats: current?.memory_stats ?? {},
    ...(current?.networks === undefined ? {} : { networks: current.networks }),
  };
}
