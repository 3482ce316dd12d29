import { describe, expect, it } from 'vitest';
import { containerConfigSchema } from '../../wire/index.ts';
import { afterResult, freshHealth, type Health, nextQuestionMs } from './health.ts';
import { type HealthSettings, healthSettings, validateHealthcheck } from './settings.ts';

const configOf = (Healthcheck: object, Shell?: string[]) => containerConfigSchema.parse({ Healthcheck, Shell });
const settingsOf = (more: Partial<HealthSettings> = {}): HealthSettings => ({
  argv: ['true'],
  intervalMs: 30_000,
  timeoutMs: 30_000,
  startPeriodMs: 0,
  startIntervalMs: 5000,
  retries: 3,
  ...more,
});
const answers = (codes: number[], at: { settings: HealthSettings; sinceStartMs: number }): Health =>
  codes.reduce(
    (health, ExitCode) => afterResult(health, { Start: '', End: '', ExitCode, Output: '' }, at),
    freshHealth(),
  );

describe('health settings', () => {
  it('have Docker’s defaults', () => {
    expect(healthSettings(configOf({ Test: ['CMD', 'true'] }))).toEqual(settingsOf());
    expect(healthSettings(configOf({ Test: ['CMD-SHELL', 'exit 0'] }))?.argv).toEqual(['/bin/sh', '-c', 'exit 0']);
    expect(healthSettings(configOf({ Test: ['CMD-SHELL', 'exit 0'] }, ['/bin/ash', '-ec']))?.argv[0]).toBe('/bin/ash');
    expect(healthSettings(configOf({ Test: ['NONE'] }))).toBeUndefined();
    expect(healthSettings(configOf({ Test: [] }))).toBeUndefined();
    expect(healthSettings(containerConfigSchema.parse({}))).toBeUndefined();
  });

  it.each([
    [{ Interval: 10 }, 'Interval in Healthcheck cannot be less than 1ms'],
    [{ Retries: -1 }, 'Retries in Healthcheck cannot be negative'],
    [{ Test: ['RUN', 'x'] }, 'unknown type of health check: RUN'],
  ])('refuse %o', (check, words) => {
    expect(() => validateHealthcheck(configOf(check).Healthcheck)).toThrow(words);
  });
});

describe('health', () => {
  it('is bad after as many failures in a row as it takes, and good after one success', () => {
    const at = { settings: settingsOf(), sinceStartMs: 1 };
    expect(answers([1, 1], at)).toMatchObject({ Status: 'starting', FailingStreak: 2 });
    expect(answers([1, 1, 1], at)).toMatchObject({ Status: 'unhealthy', FailingStreak: 3 });
    expect(answers([1, 1, 0, 1], at)).toMatchObject({ Status: 'healthy', FailingStreak: 1 });
    expect(answers([1, 1, 1, 0], at)).toMatchObject({ Status: 'healthy', FailingStreak: 0 });
    expect(answers([1, 2, 3, 4, 5, 6], at).Log.map(({ ExitCode }) => ExitCode)).toEqual([2, 3, 4, 5, 6]);
  });

  it('is not judged by failures while the container starts', () => {
    const settings = settingsOf({ startPeriodMs: 1000, retries: 1 });
    expect(answers([1, 1, 1], { settings, sinceStartMs: 999 })).toMatchObject({ Status: 'starting', FailingStreak: 0 });
    expect(answers([1], { settings, sinceStartMs: 1000 }).Status).toBe('unhealthy');
    expect(answers([0, 1], { settings, sinceStartMs: 1 }).Status).toBe('unhealthy');
    expect(nextQuestionMs(freshHealth(), settings, 999)).toBe(5000);
    expect(nextQuestionMs(freshHealth(), settings, 1000)).toBe(30_000);
  });
});
