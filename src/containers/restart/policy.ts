import { invalidArgument } from '../../errors/index.ts';
import type { HostConfig } from '../../wire/index.ts';

type RestartPolicy = HostConfig['RestartPolicy'];

const names = ['', 'no', 'always', 'unless-stopped', 'on-failure'];

/** Refuses what is no restart policy, in Docker's words. @throws invalid-argument */
export function validateRestartPolicy({ Name, MaximumRetryCount }: RestartPolicy, autoRemove: boolean): void {
  if (!names.includes(Name)) {
    throw invalidArgument(
      `invalid restart policy: unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  }
  if (MaximumRetryCount < 0) throw invalidArgument('invalid restart policy: maximum retry count cannot be negative');
  if (MaximumRetryCount > 0 && Name !== 'on-failure') {
    throw invalidArgument(`invalid restart policy: maximum retry count can only be used with 'on-failure'`);
  }
  if (autoRemove && Name !== '' && Name !== 'no') {
    throw invalidArgument(`can't create 'AutoRemove' container with restart policy`);
  }
}

/** How a run ended, as a restart policy looks at it. */
export interface EndedRun {
  exitCode: number;
  stoppedByUser: boolean;
  /** How often it has been started again already, since the last start by a user. */
  restartCount: number;
}

/** Whether a container is to be started again after its end. */
export function restartsAfterExit(policy: RestartPolicy, { exitCode, stoppedByUser, restartCount }: EndedRun): boolean {
  if (stoppedByUser) return false;
  switch (policy.Name) {
    case 'always':
    case 'unless-stopped':
      return true;
    case 'on-failure':
      return exitCode !== 0 && (policy.MaximumRetryCount === 0 || restartCount < policy.MaximumRetryCount);
    default:
      return false;
  }
}

/** Whether a container that does not run is to be started when the daemon starts: with `always` also after a user's stop. */
export function restartsWithDaemon(policy: RestartPolicy, run: EndedRun): boolean {
  return policy.Name === 'always' || restartsAfterExit(policy, run);
}

const firstDelayMs = 100;
const longestDelayMs = 60_000;
/** A run of this length counts as a success: the next delay is the first again. */
const goodRunMs = 10_000;

/** How long to wait before the next start, in milliseconds: twice as long each time, up to a minute. @param lastMs 0 for none */
export function restartDelay(lastMs: number, ranMs: number): number {
  if (lastMs === 0 || ranMs > goodRunMs) return firstDelayMs;
  return Math.min(lastMs * 2, longestDelayMs);
}
