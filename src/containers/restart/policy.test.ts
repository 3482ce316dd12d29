import { describe, expect, it } from 'vitest';
import { restartDelay, restartsAfterExit, restartsWithDaemon, validateRestartPolicy } from './policy.ts';

const policy = (Name: string, MaximumRetryCount = 0) => ({ Name, MaximumRetryCount });
const run = (exitCode: number, more: { stoppedByUser?: boolean; restartCount?: number } = {}) => ({
  exitCode,
  stoppedByUser: false,
  restartCount: 0,
  ...more,
});

describe('a restart policy', () => {
  it('brings back what ended by itself', () => {
    expect(
      ['', 'no', 'always', 'unless-stopped', 'on-failure'].map((name) => restartsAfterExit(policy(name), run(0))),
    ).toEqual([false, false, true, true, false]);
    expect(restartsAfterExit(policy('on-failure'), run(1))).toBe(true);
    expect(restartsAfterExit(policy('always'), run(0, { stoppedByUser: true }))).toBe(false);
  });

  it('gives up after as many tries as it allows', () => {
    expect(restartsAfterExit(policy('on-failure', 2), run(1, { restartCount: 1 }))).toBe(true);
    expect(restartsAfterExit(policy('on-failure', 2), run(1, { restartCount: 2 }))).toBe(false);
  });

  it('starts with the daemon what is always to run, stopped by a user or not', () => {
    const stopped = run(0, { stoppedByUser: true });
    expect(['always', 'unless-stopped', 'on-failure'].map((name) => restartsWithDaemon(policy(name), stopped))).toEqual(
      [true, false, false],
    );
  });

  it('waits twice as long each time, up to a minute, and from the start again after a good run', () => {
    const delays = [0, 100, 200, 51_200, 60_000].map((last) => restartDelay(last, 50));
    expect(delays).toEqual([100, 200, 400, 60_000, 60_000]);
    expect(restartDelay(51_200, 10_001)).toBe(100);
  });

  it.each([
    [policy('sometimes'), false, "unknown policy 'sometimes'"],
    [policy('always', 3), false, 'maximum retry count can only be used'],
    [policy('on-failure', -1), false, 'cannot be negative'],
    [policy('always'), true, "can't create 'AutoRemove' container with restart policy"],
  ])('refuses %o', (asked, autoRemove, words) => {
    expect(() => validateRestartPolicy(asked, autoRemove)).toThrow(words);
  });
});
