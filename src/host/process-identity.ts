import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { invalidArgument } from '../errors/index.ts';
import { codeOf, errnoName, fromNode, hostError } from './host-error.ts';
import { libc, SYS } from './libc.ts';

/** A process that cannot be confused with a later one of the same id. */
export interface ProcessIdentity {
  pid: number;
  /** In clock ticks since boot: field 22 of /proc/PID/stat. */
  startTime: number;
}

/** When a process was started, in clock ticks since boot; undefined where there is no such process, or only its remains. */
export function processStartTime(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined;
    throw fromNode(error, `read /proc/${pid}/stat`);
  }
  // The name before the last parenthesis may hold blanks and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? undefined : Number(fields[19]);
}

/** The processes one of whose arguments is exactly this. */
export function processesNaming(argument: string): ProcessIdentity[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const startTime = processStartTime(Number(pid));
    return startTime !== undefined && argumentsOf(pid).includes(argument) ? [{ pid: Number(pid), startTime }] : [];
  });
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return [];
    throw fromNode(error, `read /proc/${pid}/cmdline`);
  }
}

/** Tells whether exactly this process still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return processStartTime(process.pid) === process.startTime;
}

/**
 * Sends a signal to exactly this process: through a pidfd taken before its start time is compared, so that an id used
 * anew meanwhile is never hit.
 * @param signal a number, or a name with or without SIG
 * @returns false where the process has ended
 */
export function signalProcess(target: ProcessIdentity, signal: number | string): boolean {
  const number = signalNumber(signal);
  const fd = libc().pidfdOpen(SYS.pidfdOpen, target.pid, 0);
  if (fd < 0) return withoutPidfd(target, number, libc().errno());
  try {
    if (!isAlive(target)) return false;
    if (libc().pidfdSendSignal(SYS.pidfdSendSignal, fd, number, null, 0) === 0) return true;
    const errno = libc().errno();
    if (errnoName(errno) === 'ESRCH') return false;
    throw hostError(`kill ${target.pid}`, errno);
  } finally {
    closeSync(fd);
  }
}

/** Kernels before 5.3, and sandboxes that filter the call: compare, then kill(2). */
function withoutPidfd(target: ProcessIdentity, signal: number, errno: number): boolean {
  const code = errnoName(errno);
  if (code === 'ESRCH') return false;
  if (code !== 'ENOSYS' && code !== 'EPERM') throw hostError(`kill ${target.pid}`, errno);
  if (!isAlive(target)) return false;
  try {
    return process.kill(target.pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw fromNode(error, `kill ${target.pid}`);
  }
}

const SIGRTMIN = 34;
const SIGRTMAX = 64;

/**
 * The number of a signal given as number, digits or name, with or without SIG, in any case, RTMIN+n and RTMAX-n too.
 * @throws invalid-argument `invalid signal: X`
 */
export function signalNumber(signal: number | string): number {
  const text = String(signal).toUpperCase();
  if (/^\d+$/.test(text) && Number(text) >= 0 && Number(text) <= SIGRTMAX) return Number(text);
  const name = text.startsWith('SIG') ? text : `SIG${text}`;
  const known = (constants.signals as Record<string, number>)[name];
  if (known !== undefined) return known;
  const realTime = /^SIGRT(?:MIN(?:\+(\d{1,2}))?|MAX(?:-(\d{1,2}))?)$/.exec(name);
  const number = name.startsWith('SIGRTMIN')
    ? SIGRTMIN + Number(realTime?.[1] ?? 0)
    : SIGRTMAX - Number(realTime?.[2] ?? 0);
  if (realTime !== null && number >= SIGRTMIN && number <= SIGRTMAX) return number;
  throw invalidArgument(`invalid signal: ${signal}`);
}
