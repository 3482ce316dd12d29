import { setTimeout as delay } from 'node:timers/promises';
import type { Container } from '../container.ts';
import { type Engine, emitContainer } from '../engine.ts';
import { nowNano } from '../time.ts';
import { afterResult, freshHealth, type HealthResult, nextQuestionMs } from './health.ts';
import { probe } from './probe.ts';
import { type HealthSettings, healthSettings } from './settings.ts';

/** Looks after the health of a container that runs, until {@link endHealthChecks}; one without a health check is left alone. */
export function beginHealthChecks(engine: Engine, container: Container): void {
  endHealthChecks(container);
  const settings = healthSettings(container.record.config);
  if (settings === undefined) {
    container.state.health = null;
    return;
  }
  container.state.health ??= freshHealth();
  const watching = new AbortController();
  container.healthChecks = watching;
  watch(engine, container, { settings, signal: watching.signal }).catch((error: unknown) => {
    if (!watching.signal.aborted) engine.log.error({ container: container.id, err: error }, 'health checks have ended');
  });
}

export function endHealthChecks(container: Container): void {
  container.healthChecks?.abort();
  container.healthChecks = undefined;
}

interface Watch {
  settings: HealthSettings;
  signal: AbortSignal;
}

async function watch(engine: Engine, container: Container, { settings, signal }: Watch): Promise<void> {
  const startedAt = Date.parse(container.state.startedAt);
  for (;;) {
    const health = container.state.health ?? freshHealth();
    await delay(nextQuestionMs(health, settings, Date.now() - startedAt), undefined, { signal, ref: false });
    // A frozen container cannot answer, and is not ill for that.
    if (container.state.status !== 'running') continue;
    const sinceStartMs = Date.now() - startedAt;
    const result = await ask(engine, container, settings);
    if (signal.aborted) return;
    record(engine, container, { result, settings, sinceStartMs });
  }
}

async function ask(engine: Engine, container: Container, settings: HealthSettings): Promise<HealthResult> {
  const Start = nowNano();
  const { exitCode, output } = await probe(engine, container, settings);
  return { Start, End: nowNano(), ExitCode: exitCode, Output: output };
}

interface Answer {
  result: HealthResult;
  settings: HealthSettings;
  sinceStartMs: number;
}

/** Written to disk where the verdict changes: each answer alone is not worth it. */
function record(engine: Engine, container: Container, { result, ...at }: Answer): void {
  const before = container.state.health ?? freshHealth();
  const health = afterResult(before, result, at);
  if (health.Status === before.Status) {
    container.state.health = health;
    return;
  }
  container.update({ health });
  emitContainer(engine, container, { action: `health_status: ${health.Status}` });
}
