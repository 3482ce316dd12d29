import type { Container } from '../container.ts';

/**
 * Calls a pending restart off: the container stays as its last run left it.
 * @returns whether one was pending
 */
export function callOffRestart(container: Container): boolean {
  const pending = container.pendingRestart;
  if (pending === undefined) return false;
  pending.abort();
  container.pendingRestart = undefined;
  container.update({ status: 'exited' });
  container.announceExit({ exitCode: container.state.exitCode, error: '' });
  return true;
}

/** A start by a user: what the policy counts begins anew. */
export function forgetRestarts(container: Container): void {
  container.restartDelayMs = 0;
  container.state.restartCount = 0;
}
