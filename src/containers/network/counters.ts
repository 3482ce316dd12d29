import { codeOf, type InterfaceCounters, interfaceCounters } from '../../host/index.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';

/**
 * What has gone through a running container's places on networks, by the links' names inside it; those of the container
 * whose network it shares. undefined with `none` and `host`, and where the process has just ended.
 */
export function networkCounters(engine: Engine, container: Container): Record<string, InterfaceCounters> | undefined {
  const mode = container.record.hostConfig.NetworkMode;
  const owner = mode.startsWith('container:') ? mode.slice('container:'.length) : container.id;
  const links = engine.networks.sandbox(owner)?.endpoints.map(({ inside }) => inside) ?? [];
  if (links.length === 0) return undefined;
  try {
    const found = interfaceCounters(container.state.pid);
    return Object.fromEntries([...found].filter(([name]) => links.includes(name)));
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EINVAL'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
