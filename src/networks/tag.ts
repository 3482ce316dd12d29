import { createHash } from 'node:crypto';

/**
 * The mark of one engine of several on a host, from where its files are: its links and its packet filter table bear it.
 * @returns eight hex digits
 */
export function tagOf({ dataRoot, execRoot }: { dataRoot: string; execRoot: string }): string {
  return createHash('sha256').update(`${dataRoot}\0${execRoot}`).digest('hex').slice(0, 8);
}

/** The name of an engine's table in the packet filter. */
export const tableOf = (tag: string): string => `holdfast_${tag}`;
