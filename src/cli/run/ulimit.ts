import { invalidArgument } from '../../errors/index.ts';
import type { Flag } from '../flags/index.ts';

/** A limit of the kernel on a process; -1 is none. */
export interface Ulimit {
  Name: string;
  Hard: number;
  Soft: number;
}

const NAMES = new Set(
  'core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(' '),
);

/** `--ulimit NAME=SOFT[:HARD]`; a limit given twice keeps the last. */
export function ulimitFlag(help: string): Flag<ReadonlyMap<string, Ulimit>> {
  return {
    help,
    placeholder: 'ulimit',
    initial: new Map<string, Ulimit>(),
    parse(raw, previous: ReadonlyMap<string, Ulimit>) {
      const limit = parseUlimit(raw);
      return new Map(previous).set(limit.Name, limit);
    },
  };
}

/** Reads `nofile=1024:2048`. @throws invalid-argument in docker's words. */
export function parseUlimit(raw: string): Ulimit {
  const at = raw.indexOf('=');
  if (at === -1) throw invalidArgument(`invalid ulimit argument: ${raw}`);
  const name = raw.slice(0, at);
  if (!NAMES.has(name)) throw invalidArgument(`invalid ulimit type: ${name}`);
  const values = raw.slice(at + 1).split(':');
  if (values.length > 2) {
    throw invalidArgument(
      `too many limit value arguments - ${raw.slice(at + 1)}, can only have up to two, \`soft[:hard]\``,
    );
  }
  const [soft = 0, hard = soft] = values.map(limitValue);
  if (hard !== -1 && (soft === -1 || soft > hard)) {
    throw invalidArgument(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  }
  return { Name: name, Hard: hard, Soft: soft };
}

function limitValue(raw: string): number {
  if (!/^[-+]?\d+$/.test(raw))
    throw invalidArgument(`strconv.ParseInt: parsing ${JSON.stringify(raw)}: invalid syntax`);
  const value = Number(raw);
  if (Math.abs(value) >= 2 ** 63) {
    throw invalidArgument(`strconv.ParseInt: parsing ${JSON.stringify(raw)}: value out of range`);
  }
  return value;
}
