import { afterEach, expect, it } from 'vitest';
import { type Plan, Timetable } from './index.ts';

let table: Timetable | undefined;
afterEach(() => table?.close());

/** A timetable on a clock of its own; `look` resolves at the end of a look. */
function onClock(plans: Plan[], run: (key: string) => Promise<void> = async () => {}) {
  const clock = { now: new Date(2026, 0, 1, 12) };
  const ran: string[] = [];
  const errors: string[] = [];
  let looked: () => void = () => {};
  const made = new Timetable({
    plans: async () => {
      // The look is over when the next one begins, or the table closes; plans are asked for first.
      setImmediate(() => looked());
      return plans;
    },
    run: (key) => {
      ran.push(key);
      return run(key);
    },
    onError: (key, reason) => errors.push(`${key}: ${reason}`),
    everyMs: 3_600_000,
    now: () => clock.now,
  });
  table = made;
  const look = () =>
    new Promise<void>((resolve) => {
      looked = resolve;
      made.look();
    });
  return { clock, ran, errors, look };
}

const plan = (key: string, schedule: string): Plan => ({ key, schedule, since: new Date(2026, 0, 1, 11) });

it('does what is due, once', async () => {
  const { clock, ran, look } = onClock([plan('hourly', '30 * * * *'), plan('daily', '@daily')]);
  await look();
  expect(ran).toEqual(['hourly']);
  await look();
  expect(ran).toEqual(['hourly']);
  clock.now = new Date(2026, 0, 9, 12);
  await look();
  expect(ran).toEqual(['hourly', 'hourly', 'daily']);
});

it('goes by a schedule that changed, from when the plan says', async () => {
  const plans = [plan('a', '@yearly')];
  const { ran, look } = onClock(plans);
  await look();
  plans[0] = plan('a', '@hourly');
  await look();
  expect(ran).toEqual(['a']);
});

it('tells once of a schedule that is none, and goes on after a failure', async () => {
  const { errors, ran, look } = onClock(
    [plan('bad', 'often'), plan('a', '@hourly'), plan('b', '@hourly')],
    async (key) => {
      if (key === 'a') throw new Error('the disk is full');
    },
  );
  await look();
  await look();
  expect(ran).toEqual(['a', 'b']);
  expect(errors).toEqual([expect.stringMatching(/^bad: "often" is not a schedule: /), 'a: the disk is full']);
});

it('waits for its work to close, and does nothing afterwards', async () => {
  let finish: () => void = () => {};
  const { ran, look } = onClock(
    [plan('a', '@hourly'), plan('b', '@hourly')],
    () =>
      new Promise((end) => {
        finish = end;
      }),
  );
  await look();
  const closed = table?.close();
  finish();
  await closed;
  table?.look();
  await new Promise(setImmediate);
  expect(ran).toEqual(['a']);
});
