import type { HealthSettings } from './settings.ts';

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

/** One answer of a health check. */
export interface HealthResult {
  /** RFC 3339 with nanoseconds. */
  Start: string;
  End: string;
  /** 0 for healthy; -1 for no answer in time. */
  ExitCode: number;
  /** Its beginning, at most 4096 bytes. */
  Output: string;
}

/** What is known of a container's health, in the shape of inspect's `State.Health`. */
export interface Health {
  Status: HealthStatus;
  FailingStreak: number;
  /** The last five answers, oldest first. */
  Log: HealthResult[];
}

export const freshHealth = (): Health => ({ Status: 'starting', FailingStreak: 0, Log: [] });

const keptResults = 5;

/**
 * What is known after one more answer.
 * @param sinceStartMs how long the container had run when it was asked
 */
export function afterResult(
  health: Health,
  result: HealthResult,
  { settings, sinceStartMs }: { settings: HealthSettings; sinceStartMs: number },
): Health {
  const Log = [...health.Log, result].slice(-keptResults);
  if (result.ExitCode === 0) return { Status: 'healthy', FailingStreak: 0, Log };
  if (health.Status === 'starting' && sinceStartMs < settings.startPeriodMs) return { ...health, Log };
  const FailingStreak = health.FailingStreak + 1;
  return { Status: FailingStreak >= settings.retries ? 'unhealthy' : health.Status, FailingStreak, Log };
}

/** How long to wait before the next question. */
export function nextQuestionMs({ Status }: Health, settings: HealthSettings, sinceStartMs: number): number {
  const isStarting = Status === 'starting' && sinceStartMs < settings.startPeriodMs;
  return isStarting ? Math.min(settings.startIntervalMs, settings.intervalMs) : settings.intervalMs;
}
