import { humanDuration } from '../wire/index.ts';
import type { Container } from './container.ts';
import type { Health } from './health/health.ts';
import { zeroTime } from './record.ts';

/**
 * The sentence of `docker ps` about where a container is in its life ("Up 5 minutes", "Exited (0) 3 seconds ago").
 * @param now milliseconds since the epoch.
 */
export function statusText(container: Pick<Container, 'state'>, now: number): string {
  const { status, exitCode, startedAt, finishedAt, health } = container.state;
  const since = (time: string): string => humanDuration(now - Date.parse(time));
  switch (status) {
    case 'running':
      return `Up ${since(startedAt)}${healthText(health)}`;
    case 'paused':
      return `Up ${since(startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${exitCode}) ${since(finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    case 'created':
      return 'Created';
    case 'exited':
      return finishedAt === zeroTime ? '' : `Exited (${exitCode}) ${since(finishedAt)} ago`;
  }
}

function healthText(health: Health | null): string {
  if (health === null) return '';
  return health.Status === 'starting' ? ' (health: starting)' : ` (${health.Status})`;
}
