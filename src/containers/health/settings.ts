import { invalidArgument } from '../../errors/index.ts';
import type { ContainerConfig } from '../../wire/index.ts';

type Healthcheck = NonNullable<ContainerConfig['Healthcheck']>;

/** How a container's health is looked after; times in milliseconds. */
export interface HealthSettings {
  /** The command, and its arguments. */
  argv: string[];
  intervalMs: number;
  timeoutMs: number;
  /** How long failures count for nothing, and how often is asked meanwhile. */
  startPeriodMs: number;
  startIntervalMs: number;
  /** So many failures in a row make it unhealthy. */
  retries: number;
}

const millisecond = 1_000_000;

/** The settings, with Docker's defaults for those left open; undefined for a container whose health nobody asks for. */
export function healthSettings({ Healthcheck, Shell }: ContainerConfig): HealthSettings | undefined {
  const argv = Healthcheck === null ? undefined : commandOf(Healthcheck, Shell);
  if (Healthcheck === null || argv === undefined) return undefined;
  const { Interval, Timeout, StartPeriod, StartInterval, Retries } = Healthcheck;
  return {
    argv,
    intervalMs: (Interval || 30_000 * millisecond) / millisecond,
    timeoutMs: (Timeout || 30_000 * millisecond) / millisecond,
    startPeriodMs: StartPeriod / millisecond,
    startIntervalMs: (StartInterval || 5_000 * millisecond) / millisecond,
    retries: Retries || 3,
  };
}

function commandOf({ Test }: Healthcheck, shell: string[] | null): string[] | undefined {
  const [kind, ...words] = Test ?? [];
  if (kind === 'CMD') return words;
  if (kind === 'CMD-SHELL') return [...(shell ?? ['/bin/sh', '-c']), ...words];
  return undefined;
}

/** @throws invalid-argument in Docker's words for times that are too short, and for kinds of tests that there are not */
export function validateHealthcheck(check: ContainerConfig['Healthcheck']): void {
  if (check === null) return;
  const times = {
    Interval: check.Interval,
    Timeout: check.Timeout,
    StartPeriod: check.StartPeriod,
    StartInterval: check.StartInterval,
  };
  for (const [name, nanoseconds] of Object.entries(times)) {
    if (nanoseconds !== 0 && nanoseconds < millisecond)
      throw invalidArgument(`${name} in Healthcheck cannot be less than 1ms`);
  }
  if (check.Retries < 0) throw invalidArgument('Retries in Healthcheck cannot be negative');
  const [kind] = check.Test ?? [];
  if (kind !== undefined && !['', 'NONE', 'CMD', 'CMD-SHELL'].includes(kind)) {
    throw invalidArgument(`unknown type of health check: ${kind}; use one of NONE, CMD, CMD-SHELL`);
  }
}
