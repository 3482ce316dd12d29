import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { messageOf, systemError } from '../errors/index.ts';
import { fromNode } from './host-error.ts';
import { spawnProcess } from './spawn-process.ts';

/** Ids that go over into others, in one piece: `count` of them from `from` on become those from `to` on. */
export interface IdRange {
  from: number;
  to: number;
  count: number;
}

/** At most 340 ranges each, not overlapping (user_namespaces(7)). */
export interface IdMap {
  uids: readonly IdRange[];
  gids: readonly IdRange[];
}

/**
 * Runs `work` with a user namespace that has these ids. Nothing runs in it: as a table that the kernel can read, it lasts as
 * long as the file descriptor, which is closed after.
 * @throws HostError where this host makes no user namespaces, or takes no such map
 */
export async function withUserNamespace<T>(map: IdMap, work: (fd: number) => T): Promise<T> {
  const fd = await namespaceOf(map);
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

async function namespaceOf(map: IdMap): Promise<number> {
  // A program that waits: making a namespace is for one's own process only, and Node has several threads.
  const holder = spawnProcess(['unshare', '--user', 'cat'], { stderr: 'ignore' });
  holder.stdin.on('error', () => undefined);
  try {
    // What it echoes, it echoes from inside.
    holder.stdin.write('\n');
    const inside = once(holder.stdout, 'data').then(() => true);
    if (!(await Promise.race([inside, holder.exited.then(() => false)]))) throw systemError('unshare(1) failed');
    writeFileSync(`/proc/${holder.pid}/uid_map`, linesOf(map.uids));
    writeFileSync(`/proc/${holder.pid}/gid_map`, linesOf(map.gids));
    return openSync(`/proc/${holder.pid}/ns/user`, 'r');
  } catch (error) {
    const reason = messageOf(fromNode(error, 'write its ids'));
    throw systemError(`cannot make a user namespace (see "sysctl user.max_user_namespaces"): ${reason}`, error);
  } finally {
    holder.kill('SIGKILL');
    await holder.closed;
  }
}

const linesOf = (ranges: readonly IdRange[]): string =>
  ranges.map(({ from, to, count }) => `${from} ${to} ${count}\n`).join('');
