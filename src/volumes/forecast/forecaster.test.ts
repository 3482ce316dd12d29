import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '../../host/index.ts';
import type { EngineEvent } from '../../wire/index.ts';
import { Forecaster, type Room } from './forecaster.ts';

const hour = 3_600_000;
let folder: string;
let now: number;
let room: Room;
let events: EngineEvent[];
let forecaster: Forecaster;

const open = () =>
  new Forecaster({
    rooms: async () => [room],
    file: join(folder, 'samples.json'),
    emit: (event) => events.push(event),
    log: silentLog,
    now: () => now,
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-forecast-'));
  now = Date.parse('2026-01-01T00:00:00Z');
  room = { kind: 'pool', name: 'main', used: 0, total: 10_000 };
  events = [];
  forecaster = open();
});
afterEach(() => {
  forecaster.close();
  rmSync(folder, { recursive: true });
});

async function grow(hours: number, perHour: number): Promise<void> {
  for (let index = 0; index < hours; index += 1) {
    now += hour;
    room = { ...room, used: room.used + perHour };
    await forecaster.sample();
  }
}

it('tells each horizon once, nearer ones as they come', async () => {
  await grow(10, 100);
  expect(events.map(({ action, attributes }) => [action, attributes.withinDays])).toEqual([['forecast', '7']]);
  await grow(20, 100);
  await grow(50, 100);
  expect(events.map(({ attributes }) => attributes.withinDays)).toEqual(['7', '3', '1']);
  expect(events[0]).toMatchObject({ type: 'volume', id: '', attributes: { pool: 'main', total: '10000' } });
});

it('goes on with the samples of an earlier daemon', async () => {
  await grow(10, 100);
  const before = await forecaster.forecasts();
  forecaster.close();
  forecaster = open();
  expect(await forecaster.forecasts()).toEqual(before);
  expect(before[0]?.fullAt).toBeCloseTo(now + 90 * hour, -3);
});

it('says once that a file system is nearly full, and again when it was better meanwhile', async () => {
  room = { ...room, used: 9100 };
  await forecaster.sample();
  await forecaster.sample();
  room = { ...room, used: 2000 };
  await forecaster.sample();
  room = { ...room, used: 9500 };
  await forecaster.sample();
  expect(events.map(({ action }) => action)).toEqual(['disk-nearly-full', 'disk-nearly-full']);
});

it('tells of a volume with a limit by its name', async () => {
  room = { kind: 'volume', name: 'orders', used: 0, total: 10_000 };
  await grow(10, 100);
  expect(events).toMatchObject([{ action: 'forecast', id: 'orders', attributes: { used: expect.any(String) } }]);
});
