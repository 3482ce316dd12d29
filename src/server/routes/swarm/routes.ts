import { notImplemented, unavailable } from '../../../errors/index.ts';
import type { Route } from '../../call.ts';

/** What Docker says to every cluster question outside a cluster. */
export const NOT_A_SWARM_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

const NOUNS = ['swarm', 'nodes', 'services', 'tasks', 'secrets', 'configs'];

/** The cluster's nouns: this engine is never part of a swarm. */
export function swarmRoutes(): Route[] {
  const refuse = (): never => {
    throw unavailable(NOT_A_SWARM_MANAGER);
  };
  const never = (): never => {
    throw notImplemented('swarm mode is not available: holdfast runs containers on this machine only');
  };
  const ofNoun = (noun: string) =>
    (['GET', 'POST', 'DELETE'] as const).flatMap((method): Route[] => [
      { method, path: `/${noun}`, handle: refuse },
      { method, path: `/${noun}/*`, handle: refuse },
    ]);
  return [
    { method: 'POST', path: '/swarm/init', handle: never },
    { method: 'POST', path: '/swarm/join', handle: never },
    ...NOUNS.flatMap(ofNoun),
  ];
}
