import { readFileSync } from 'node:fs';

/** How many bytes a process of ours has written to files and pipes so far; undefined where it has ended or nobody counts. */
export function bytesWritten(pid: number): number | undefined {
  try {
    const written = /^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1];
    return written === undefined ? undefined : Number(written);
  } catch {
    // It has ended, or the kernel keeps no such counters.
    return undefined;
  }
}
