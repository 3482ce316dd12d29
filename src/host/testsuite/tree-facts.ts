import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { getXattr, listXattr } from '../xattr.ts';

/** All that is to be the same in two copies of a tree, by path (bytes as latin1); `.` is the top itself. */
export function treeFacts(root: string): Record<string, Record<string, unknown>> {
  const facts: Record<string, Record<string, unknown>> = {};
  const firstNames = new Map<bigint, string>();
  const visit = (relative: string): void => {
    const path = Buffer.from(`${root}/${relative}`, 'latin1');
    const stat = lstatSync(path, { bigint: true });
    const first = firstNames.get(stat.ino) ?? relative;
    firstNames.set(stat.ino, first);
    facts[relative] = {
      mode: stat.mode.toString(8),
      owner: `${stat.uid}:${stat.gid}`,
      modified: stat.mtimeNs,
      device: stat.rdev,
      ...(stat.isDirectory() ? {} : { names: stat.nlink, sameAs: first, size: stat.size }),
      ...(stat.isSymbolicLink() ? { target: readlinkSync(path, 'latin1') } : {}),
      ...(stat.isFile() ? { content: createHash('sha256').update(readFileSync(path)).digest('hex') } : {}),
      attributes: Object.fromEntries(
        listXattr(path)
          .sort()
          .map((name) => [name, getXattr(path, name)?.toString('hex')]),
      ),
    };
    if (!stat.isDirectory()) return;
    for (const name of readdirSync(path, 'latin1').sort()) visit(relative === '.' ? name : `${relative}/${name}`);
  };
  visit('.');
  return facts;
}
