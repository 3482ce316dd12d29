import { closeSync, constants, existsSync, openSync, readSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors/index.ts';
import { codeOf, isAlive, run } from '../host/index.ts';
import { startFailure } from './conmon/failure.ts';
import type { RunRecord } from './record.ts';
import { runtimeCommand, type Shared } from './shared.ts';

/**
 * Lets the process of a created container go.
 *
 * runc holds it back by a pipe that it opens for writing; `runc start` reads from it and removes it. Doing the same here
 * saves a process. Other runtimes hold it back in other ways, and are asked.
 * @throws system where the process has ended before it could be let go
 */
export async function startContainer(shared: Shared, id: string, record: RunRecord): Promise<void> {
  const fifo = shared.places.startFifo(id);
  const { name } = await shared.programs.find();
  if (name === 'runc' && existsSync(fifo)) await readFifo(fifo, record);
  else await askRuntime(shared, id);
}

async function readFifo(path: string, record: RunRecord): Promise<void> {
  // Without waiting: where nobody is going to write, a reader that waits would wait for ever.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    while (!readByte(fd)) {
      if (!isAlive(record.init)) {
        if (readByte(fd)) break;
        throw startFailure('container process is already dead');
      }
      await delay(1);
    }
  } finally {
    closeSync(fd);
  }
  rmSync(path, { force: true });
}

/** Nothing yet is told by an end of file before the writer has opened the pipe, and by EAGAIN after. */
function readByte(fd: number): boolean {
  try {
    return readSync(fd, Buffer.alloc(1)) === 1;
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return false;
    throw error;
  }
}

async function askRuntime(shared: Shared, id: string): Promise<void> {
  try {
    await run([...(await runtimeCommand(shared)), 'start', id]);
  } catch (error) {
    throw startFailure(messageOf(error));
  }
}
