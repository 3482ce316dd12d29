import { readdirSync } from 'node:fs';
import { LARGE_FOLDER, type Statx, statx } from './statx.ts';

/** Longer than any tick of the clock that changes are stamped with (10 ms at most), so that no later one has the same. */
const SETTLED_MS = 100;

interface Known {
  at: Statx;
  empty: boolean;
}

/**
 * Remembers which folders are empty. One that has not changed needs no reading again: whatever is put into a folder moves
 * its change time, which nobody can set. So a thousand volumes that nothing was written to cost one system call each.
 * Nothing is remembered of files, whose sizes change without a word in their folder.
 */
export class EmptyFolders {
  readonly #known = new Map<string, Known>();

  /** Whether the folder at a path, or where a link there leads, is empty; false where that cannot be told, or not at once. */
  has(path: string): boolean {
    const now = Date.now();
    // With a dot: of a link, what counts is the folder.
    const at = statx(`${path}/.`);
    if (at === undefined) return false;
    const known = this.#known.get(path);
    if (known !== undefined && isSame(known.at, at)) return known.empty;
    const empty = isEmpty(path, at.size);
    if (isSettled(at, now)) this.#known.set(path, { at, empty });
    else this.#known.delete(path);
    return empty;
  }

  /** Drops what is known of a folder that is no more. */
  forget(path: string): void {
    this.#known.delete(path);
  }
}

function isSame(one: Statx, other: Statx): boolean {
  return (
    one.nanoseconds === other.nanoseconds &&
    one.seconds === other.seconds &&
    one.inode === other.inode &&
    one.device === other.device
  );
}

/** Whether the next change is sure to have another time: not where the file system keeps whole seconds only. */
function isSettled({ seconds, nanoseconds }: Statx, now: number): boolean {
  return nanoseconds !== 0 && now - (seconds * 1000 + nanoseconds / 1e6) >= SETTLED_MS;
}

/** Looks into the folder, where that takes no time. */
function isEmpty(path: string, size: number): boolean {
  if (size > LARGE_FOLDER) return false;
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}
