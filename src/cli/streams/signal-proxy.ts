import type { ApiClient } from '../../client/index.ts';
import { HoldfastError } from '../../errors/index.ts';

/** Signals a process may be sent and can catch; those of the terminal's own housekeeping are left out. */
const PROXIED = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTRAP',
  'SIGABRT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGTERM',
  'SIGCONT',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGIO',
  'SIGPWR',
] as const satisfies readonly NodeJS.Signals[];

/** Sends the signals this process gets to the container instead. @returns what stops that. */
export function proxySignals(client: ApiClient, container: string): () => void {
  const forward = (signal: NodeJS.Signals) => {
    const path = `/containers/${container}/kill`;
    client.send({ method: 'POST', path, query: { signal: signal.replace(/^SIG/, '') } }).catch(ignoreRefusal);
  };
  for (const signal of PROXIED) process.on(signal, forward);
  return () => {
    for (const signal of PROXIED) process.off(signal, forward);
  };
}

/** The container may have ended meanwhile, which is what the signal was for. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof HoldfastError)) throw error;
}
