import { unavailable } from '../../errors/index.ts';
import { findProgram } from '../../host/index.ts';
import type { HostConfig } from '../../wire/index.ts';
import type { SpecMount } from './oci.ts';

/** Where Docker puts it. */
const inContainer = '/sbin/docker-init';

/** Statically linked ones first: the container's root file system may have no C library. */
const programs = ['docker-init', 'tini-static', 'catatonit', 'tini'];

/**
 * What `--init` adds: a small init from the host, and the command it runs. Nothing where it is not asked for, or where
 * the container shares another's process ids, which have an init already.
 * @throws unavailable where the host has none
 */
export function initFor(
  wishes: Pick<HostConfig, 'Init' | 'PidMode'>,
  args: string[],
): { args: string[]; mounts: SpecMount[] } {
  if (wishes.Init !== true || wishes.PidMode !== '') return { args, mounts: [] };
  const source = programs.map(findProgram).find((path) => path !== undefined);
  if (source === undefined) {
    throw unavailable('--init needs an init program on the host and there is none: install the package tini');
  }
  return {
    args: [inContainer, '--', ...args],
    mounts: [{ destination: inContainer, type: 'bind', source, options: ['bind', 'ro'] }],
  };
}
