import { readFileSync } from 'node:fs';
import { invalidArgument } from '../../errors/index.ts';
import type { HostConfig } from '../../wire/index.ts';
import type { OciRlimit } from './oci.ts';

/**
 * "No limit" where a number is needed: the largest double that still fits the kernel's 64 bits. {@link specJson}
 * writes it as RLIM_INFINITY, which a JavaScript number cannot hold.
 */
export const unlimited = 2 ** 64 - 2048;

/** The limits of getrlimit(2) by Docker's names, with the row of /proc/PID/limits that tells this process's own. */
const rows: Record<string, string> = {
  core: 'Max core file size',
  cpu: 'Max cpu time',
  data: 'Max data size',
  fsize: 'Max file size',
  locks: 'Max file locks',
  memlock: 'Max locked memory',
  msgqueue: 'Max msgqueue size',
  nice: 'Max nice priority',
  nofile: 'Max open files',
  nproc: 'Max processes',
  rss: 'Max resident set',
  rtprio: 'Max realtime priority',
  rttime: 'Max realtime timeout',
  sigpending: 'Max pending signals',
  stack: 'Max stack size',
};

type Ulimits = HostConfig['Ulimits'];

/** Where this process stands: its hard limits, and whether it may raise them (CAP_SYS_RESOURCE). */
export interface LimitContext {
  limits: string;
  status: string;
}

const ownLimits = (): LimitContext => ({
  limits: readFileSync('/proc/self/limits', 'utf8'),
  status: readFileSync('/proc/self/status', 'utf8'),
});

/**
 * The limits of a container's processes. Without CAP_SYS_RESOURCE a limit above this process's own hard one cannot be
 * set: it becomes that one, and a warning says so.
 * @throws invalid-argument for an unknown name, or a soft limit above the hard one.
 */
export function rlimitsFor(
  ulimits: Ulimits,
  context: LimitContext = ownLimits(),
): { rlimits: OciRlimit[]; warnings: string[] } {
  const warnings: string[] = [];
  const mayRaise = (BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(context.status)?.[1] ?? '0'}`) & (1n << 24n)) !== 0n;
  const rlimits = ulimits.map(({ Name, Soft, Hard }) => {
    const name = Name.toLowerCase();
    const row = rows[name];
    if (row === undefined) throw invalidArgument(`invalid ulimit type: ${Name}`);
    const hard = toLimit(Hard);
    const soft = toLimit(Soft);
    if (soft > hard) {
      throw invalidArgument(`ulimit soft limit must be less than or equal to hard limit: ${Soft} > ${Hard}`);
    }
    const ceiling = mayRaise ? unlimited : hardLimitOf(context.limits, row);
    if (hard > ceiling) {
      warnings.push(
        `The ${name} limit of ${Hard} cannot be set here; lowered to the daemon's own hard limit ${ceiling}.`,
      );
    }
    return { type: `RLIMIT_${name.toUpperCase()}`, soft: Math.min(soft, ceiling), hard: Math.min(hard, ceiling) };
  });
  return { rlimits, warnings };
}

const toLimit = (value: number): number => (value < 0 || value >= unlimited ? unlimited : value);

/** Columns: name, soft, hard, units. */
function hardLimitOf(limits: string, row: string): number {
  const line = limits.split('\n').find((each) => each.startsWith(row));
  const hard = line?.slice(row.length).trim().split(/\s+/)[1];
  return hard === undefined || hard === 'unlimited' ? unlimited : Number(hard);
}
