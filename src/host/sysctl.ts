import { readFileSync, writeFileSync } from 'node:fs';
import { fromNode } from './host-error.ts';

/**
 * Sets a kernel setting of the host, where it is not set so already.
 * @param path below /proc/sys, `net/ipv4/ip_forward`
 * @throws HostError naming the setting
 */
export function setSysctl(path: string, value: string): void {
  const file = `/proc/sys/${path}`;
  try {
    if (readFileSync(file, 'latin1').trim() !== value) writeFileSync(file, value);
  } catch (error) {
    throw fromNode(error, `set ${path.replaceAll('/', '.')} to ${value}`);
  }
}
