import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cgroupLayout, processCgroups, startThawWatchdog } from '../host/index.ts';
import { GroupFreezer } from './cgroup/freezer.ts';
import { ContainerGroups } from './cgroup/groups.ts';
import { Box } from './testsuite/box.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.make();
  await box.runtime.program();
});
afterAll(() => box.clear());

/** A container that counts in its log as fast as it can. */
async function counting() {
  const { id, pid } = await box.create(['sh', '-c', 'i=0; while :; do i=$((i+1)); echo $i; done'], { log: true });
  await box.runtime.start(id);
  const freezer = new GroupFreezer(new ContainerGroups(processCgroups(pid) ?? {}, cgroupLayout()));
  return { id, freezer, count: () => readFileSync(box.logPath(id)).length };
}

/** Resolves once it has counted on. */
async function goesOn(count: () => number): Promise<void> {
  const now = count();
  await expect.poll(count).toBeGreaterThan(now);
}

describe('frozen containers', () => {
  it('stand still, all of them, for as long as the work takes', async () => {
    const boxes = [await counting(), await counting()];
    for (const { count } of boxes) await goesOn(count);
    const ids = boxes.map(({ id }) => id);
    const { result, frozenMs } = await box.runtime.whileFrozen(
      ids,
      async () => {
        expect(boxes.map(({ freezer }) => freezer.isFrozen)).toEqual([true, true]);
        return 'done';
      },
      { limitSeconds: 60 },
    );
    expect(result).toBe('done');
    expect(frozenMs).toBeGreaterThan(0);
    for (const { count } of boxes) await goesOn(count);
    const failing = box.runtime.whileFrozen(ids, () => Promise.reject(new Error('no room')), { limitSeconds: 60 });
    await expect(failing).rejects.toThrow('no room');
    for (const { count } of boxes) await goesOn(count);
  });

  it('are thawed when the time is over, and the work counts for nothing then', async () => {
    const { id, freezer, count } = await counting();
    const late = box.runtime.whileFrozen(
      [id],
      () => expect.poll(() => freezer.isFrozen, { timeout: 30_000 }).toBe(false),
      {
        limitSeconds: 1,
      },
    );
    await expect(late).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('1 seconds') });
    await goesOn(count);
  });

  it('are not thawed by a watchdog that was told in time', async () => {
    const { id, freezer } = await counting();
    const { file, word } = freezer.order;
    const watchdog = await startThawWatchdog(join(box.dir, 'w.sh'), { files: [file], word, limitSeconds: 60 });
    await box.runtime.pause(id);
    expect(await watchdog.dismiss()).toBe(true);
    expect(freezer.isFrozen).toBe(true);
    box.runtime.thaw(id);
    expect(freezer.isFrozen).toBe(false);
  });
});
