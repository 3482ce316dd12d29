import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { codeOf } from '../../host/index.ts';
import { ipBatch } from './ip-batch.ts';

const links = '/sys/class/net';

export const linkExists = (name: string): boolean => existsSync(`${links}/${name}`);

/** The words that mark a link as ours, and of which engine; ip(8) shows them as `alias`. */
export const aliasOf = (tag: string): string => `holdfast:${tag}`;

/**
 * Removes what a crash left: links that bear this engine's mark and are not among those that are in use.
 * @returns whether there were any
 */
export async function removeStrayLinks(tag: string, inUse: ReadonlySet<string>): Promise<boolean> {
  const stray = readdirSync(links).filter((name) => !inUse.has(name) && isOwnLink(name, tag));
  for (const name of stray) {
    // With one end of a pair the other goes, which may be the next in this list.
    if (linkExists(name)) await ipBatch([`link delete ${name}`]);
  }
  return stray.length > 0;
}

export function isOwnLink(name: string, tag: string): boolean {
  try {
    return readFileSync(`${links}/${name}/ifalias`, 'utf8').trim() === aliasOf(tag);
  } catch (error) {
    // Gone meanwhile, or `bonding_masters`, which is no link.
    if (['ENOENT', 'ENOTDIR', 'EINVAL', 'ENODEV'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}
