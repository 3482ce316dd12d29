import { type BigIntStats, chownSync, fstatSync, type Stats } from 'node:fs';
import { fromNode } from './host-error.ts';
import { OpenTree, shown } from './walk-tree.ts';

export interface Owner {
  uid: number;
  gid: number;
}

/** A file with several names: how many of them were met, and where it is. */
interface Linked {
  names: bigint;
  met: bigint;
  path: string;
}

/**
 * Gives a file, or a folder and all in it, to an owner. Links themselves change and not what they point to; what is mounted
 * inside is left alone; only what has another owner is touched. A file that also has a name outside of the tree (a hard
 * link) belongs to others too, and is left alone.
 * @param options.refuse is told the open top (O_PATH) before anything changes, and throws where it must not be done
 * @returns the paths of the files that were left alone for their names outside
 */
export async function chownTree(
  path: string,
  owner: Owner,
  options: { refuse?: (top: number) => void } = {},
): Promise<string[]> {
  const tree = new OpenTree(path);
  try {
    options.refuse?.(tree.fd);
    const change = new OwnerChange(path, owner);
    await tree.walk(change);
    return change.finish(tree);
  } finally {
    tree.close();
  }
}

class OwnerChange {
  readonly #name: string;
  readonly #owner: Owner;
  readonly #linked = new Map<string, Linked>();

  constructor(name: string, owner: Owner) {
    this.#name = name;
    this.#owner = owner;
  }

  wants({ uid, gid }: Stats): boolean {
    return uid !== this.#owner.uid || gid !== this.#owner.gid;
  }

  visit(fd: number, path: string): void {
    const stat = fstatSync(fd, { bigint: true });
    if (this.#isDone(stat)) return;
    // The top is named by the user, whatever other names it has.
    if (path === '.' || stat.isDirectory() || stat.nlink === 1n) this.#change(fd, path);
    else this.#meet(stat, path);
  }

  /** The files of which every name was met are as much the tree's as any other. */
  finish(tree: OpenTree): string[] {
    const left: string[] = [];
    for (const [key, { names, met, path }] of this.#linked) {
      const changed = met === names && tree.at(path, (fd) => this.#changeIfSame(fd, { key, names, path }));
      if (changed === false) left.push(`${this.#name}/${shown(path)}`);
    }
    return left;
  }

  #isDone(stat: BigIntStats): boolean {
    return Number(stat.uid) === this.#owner.uid && Number(stat.gid) === this.#owner.gid;
  }

  #meet(stat: BigIntStats, path: string): void {
    const key = keyOf(stat);
    const known = this.#linked.get(key);
    if (known === undefined) this.#linked.set(key, { names: stat.nlink, met: 1n, path });
    else known.met += 1n;
  }

  /** Whoever changes the tree meanwhile may have put another file there, or given this one a name elsewhere. */
  #changeIfSame(fd: number, expected: { key: string; names: bigint; path: string }): boolean {
    const stat = fstatSync(fd, { bigint: true });
    if (keyOf(stat) !== expected.key || stat.nlink !== expected.names) return false;
    this.#change(fd, expected.path);
    return true;
  }

  #change(fd: number, path: string): void {
    try {
      // Through the open file, which for a link is the link itself.
      chownSync(`/proc/self/fd/${fd}`, this.#owner.uid, this.#owner.gid);
    } catch (error) {
      throw fromNode(error, `chown ${this.#name}/${shown(path)}`);
    }
  }
}

const keyOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;
