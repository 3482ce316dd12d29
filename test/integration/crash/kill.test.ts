import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { TestDaemon } from '../../support/daemon.ts';
import { withDaemon } from '../../support/engine.ts';
import type { Answer } from '../../support/request.ts';
import { operations, type World } from './operations.ts';
import { everything, fill, leftovers, loopDevices } from './seen.ts';

/** How often the daemon is killed; HOLDFAST_CRASH_RUNS=500 searches long. */
const rounds = Number(process.env.HOLDFAST_CRASH_RUNS ?? 12);

/** The kill comes within this time after the requests, in milliseconds: some are done by then, others not begun. */
const spreadMs = 150;

const daemon = new TestDaemon();
withDaemon(daemon, []);

async function makeVolume({ name }: World): Promise<void> {
  const { body } = await daemon.request('/volumes/create', {
    method: 'POST',
    body: { Name: name, Labels: { n: '1' } },
  });
  fill((body as { Mountpoint: string }).Mountpoint);
}

/** A round finds as much to read as the first: many of them would else wait ever longer for the list. */
async function clear(): Promise<void> {
  await daemon.request('/holdfast/v1/volumes/prune?now=1&filters={"all":["1"]}', { method: 'POST' });
  await daemon.request('/holdfast/v1/trash/empty', { method: 'POST', body: {} });
}

/** Whether it was answered as done. A request that the kill cut off was not. */
async function isDone(act: Promise<Answer>): Promise<boolean> {
  try {
    const { status, body } = await act;
    // The work that is told of while it goes on has its failure in its last line.
    return status < 300 && !JSON.stringify(body ?? '').includes('error');
  } catch {
    return false;
  }
}

const isAmongRest = ([seen, ...others]: readonly unknown[]): boolean =>
  others.some((one) => isDeepStrictEqual(seen, one));

test(`the daemon is killed ${rounds} times: what was answered holds, and the rest is wholly there or not at all`, async () => {
  let done = 0;
  let undone = 0;
  for (let round = 0; round < rounds; round++) {
    const worlds = Object.entries(operations).map(([what, operation]) => ({
      operation,
      daemon,
      name: `round${round}_${what}`,
    }));
    for (const world of worlds) {
      await makeVolume(world);
      await world.operation.prepare?.(world);
    }
    const answers = worlds.map((world) => isDone(world.operation.act(world)));
    // Spread evenly, and differently in each round.
    await sleep(((round * 0.618) % 1) * spreadMs);
    await daemon.kill();
    await daemon.start();
    for (const [index, { operation, name }] of worlds.entries()) {
      const isAcknowledged = await answers[index];
      const after = operation.after(name);
      const holds = isAcknowledged ? [after] : [operation.before(name), after];
      // What a crash cut off is finished or undone behind the start.
      await expect
        .poll(async () => [(await everything(daemon))(name), ...holds], { timeout: 30_000, message: `round ${round}` })
        .toSatisfy(isAmongRest);
      if (isAcknowledged) done += 1;
      else undone += 1;
    }
    await expect.poll(() => leftovers(daemon)).toEqual([]);
    expect(loopDevices(daemon.folder)).toEqual([]);
    await clear();
  }
  console.info(`${rounds} kills: ${done} operations were answered before, ${undone} were not`);
}, 0);
