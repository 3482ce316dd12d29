import { type HoldfastError, notFound, notImplemented, unavailable } from '../../../errors/index.ts';

/** What Docker says to every cluster question outside a cluster. */
export const NOT_A_SWARM_MANAGER =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

const CLUSTER_PATH = /^\/(swarm|nodes|services|tasks|secrets|configs)(\/|$)/;
const SWARM_START = /^\/swarm\/(init|join)$/;

/**
 * What to answer where there is no route. This engine is never part of a swarm, so the cluster's nouns have none: one
 * answer fits them all, and three dozen routes less to prepare show in the time a daemon takes to start.
 */
export function missingRoute(path: string): HoldfastError {
  if (SWARM_START.test(path)) {
    return notImplemented('swarm mode is not available: holdfast runs containers on this machine only');
  }
  return CLUSTER_PATH.test(path) ? unavailable(NOT_A_SWARM_MANAGER) : notFound('page not found');
}
