import { readdirSync, readFileSync } from 'node:fs';

/** Bytes of memory that processes take, by one measure of the kernel. */
export interface Memory {
  /** Everything resident, shared pages counted for each process. */
  resident: number;
  /** Shared pages divided among those that share them: what a process adds to a machine. */
  proportional: number;
}

/** The memory of all processes whose command line names `folder`, the containers' own programs left out. */
export function memoryOf(folder: string): Memory {
  const total = { resident: 0, proportional: 0 };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (pid === String(process.pid) || !readText(`/proc/${pid}/cmdline`).includes(folder)) continue;
    const rollup = readText(`/proc/${pid}/smaps_rollup`);
    total.resident += kilobytes(rollup, 'Rss');
    total.proportional += kilobytes(rollup, 'Pss');
  }
  return total;
}

function kilobytes(rollup: string, field: string): number {
  const match = new RegExp(`^${field}: +(\\d+) kB$`, 'm').exec(rollup);
  return Number(match?.[1] ?? 0) * 1024;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended, or is the kernel's own.
    return '';
  }
}
