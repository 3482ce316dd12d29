import { expect, it } from 'vitest';
import { volumeSummary } from './summary.ts';

it('has the shape of the API, with a status only where the driver gives one', () => {
  const facts = {
    name: 'data',
    driver: 'local',
    mountpoint: '/volumes/data/_data',
    createdAt: '2024-01-02T03:04:05Z',
    labels: {},
    options: null,
    scope: 'local',
  };
  const summary = {
    CreatedAt: '2024-01-02T03:04:05Z',
    Driver: 'local',
    Labels: {},
    Mountpoint: '/volumes/data/_data',
    Name: 'data',
    Options: null,
    Scope: 'local',
  };
  expect(volumeSummary(facts)).toStrictEqual(summary);
  expect(volumeSummary({ ...facts, status: { a: 1 } })).toStrictEqual({ ...summary, Status: { a: 1 } });
});
