import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestDaemon } from '../../support/daemon.ts';
import { endCleanly } from '../../support/end-cleanly.ts';
import { makeFolder } from '../../support/folder.ts';
import { refusal } from '../../support/semantics.ts';
import { SmallDisk } from '../../support/small-disk.ts';
import { operations, type World } from './operations.ts';
import { everything, fill, leftovers } from './seen.ts';

/*
 * On a full disk every operation either is done or says that there is no space, and then nothing has changed: no data is
 * lost, nothing half-made is left, and removing helps.
 */

const folder = makeFolder();
const disk = new SmallDisk(join(folder, 'data'), '48M');
const daemon = new TestDaemon({ folder });

beforeAll(() => daemon.start());
afterEach(() => rmSync(join(disk.folder, 'filler'), { force: true }));
afterAll(async () => {
  await daemon.request('/volumes/prune?filters={"all":["1"]}', { method: 'POST' });
  await daemon.stop();
  disk.unmount();
  await daemon.start();
  await endCleanly(daemon);
});

async function make({ name }: World): Promise<void> {
  const { body } = await daemon.request('/volumes/create', {
    method: 'POST',
    body: { Name: name, Labels: { n: '1' } },
  });
  fill((body as { Mountpoint: string }).Mountpoint);
}

test.each(Object.entries(operations))('%s', async (what, operation) => {
  const world = { daemon, name: `full_${what}` };
  await make(world);
  await operation.prepare?.(world);
  disk.fillUp();
  const answer = await operation.act(world);
  const seen = (await everything(daemon))(world.name);
  const isDone = answer.status < 300;
  const { volumes, trash } = isDone ? operation.after(world.name) : operation.before(world.name);
  if (!isDone) expect(refusal(answer)).toMatch(trash.length > 0 ? /no space left|in the trash/ : /no space left/);
  expect(seen.volumes).toEqual(volumes);
  // The trash gives way at any moment, but what is in there is whole.
  expect(trash).toEqual(expect.arrayContaining(seen.trash));
  await daemon.kill();
  await daemon.start();
  expect((await everything(daemon))(world.name).volumes).toEqual(volumes);
  await expect.poll(() => leftovers(daemon)).toEqual([]);
});

test('creation says so and leaves nothing', async () => {
  disk.fillUp();
  const answers = [];
  // Small records may find room between what is there; some time there is none.
  for (let index = 0; index < 4000 && answers.at(-1)?.status !== 500; index++) {
    answers.push(await daemon.request('/volumes/create', { method: 'POST', body: { Name: `many_${index}` } }));
  }
  const last = answers.at(-1);
  expect(last === undefined ? '' : refusal(last)).toMatch(/no space left on device/i);
  const made = Object.keys((await everything(daemon))('many_').volumes);
  expect(made).toHaveLength(answers.length - 1);
  expect(statSync(disk.folder).isDirectory()).toBe(true);
});

test('removing volumes frees the disk, for the trash gives way', async () => {
  await make({ daemon, name: 'large' });
  disk.fillUp();
  const { status } = await daemon.request('/volumes/large', { method: 'DELETE' });
  expect(status).toBe(204);
  await expect.poll(async () => (await everything(daemon))('large').trash, { timeout: 20_000 }).toEqual([]);
});
