import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HostConfig } from '../../wire/index.ts';
import type { NetworkNamespace } from './namespaces.ts';

/** Docker's defaults: in a network of its own, ping and low ports need no privilege (moby 20.10 and later). */
const networkDefaults: Record<string, string> = {
  'net.ipv4.ping_group_range': '0 2147483647',
  'net.ipv4.ip_unprivileged_port_start': '0',
};

/** @param options.domainname NIS domain name; only a container with a UTS namespace of its own can have one */
export function sysctlsFor(
  wishes: Pick<HostConfig, 'Sysctls' | 'UTSMode'>,
  options: { network: NetworkNamespace; domainname: string },
): Record<string, string> {
  const sysctls: Record<string, string> = {};
  if (options.network !== 'host') {
    for (const [name, value] of Object.entries(networkDefaults)) if (exists(name)) sysctls[name] = value;
  }
  if (options.domainname !== '' && wishes.UTSMode !== 'host') sysctls['kernel.domainname'] = options.domainname;
  return { ...sysctls, ...wishes.Sysctls };
}

/** A runtime fails on one that the kernel does not have. */
const exists = (name: string): boolean => existsSync(join('/proc/sys', ...name.split('.')));
