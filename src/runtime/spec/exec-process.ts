import { consoleSizeOf, userOf } from './build.ts';
import { availableCapabilities, capabilitySets } from './capabilities.ts';
import type { OciProcess, OciSpec } from './oci.ts';
import type { ResolvedUser } from './user.ts';

/** What an exec wants otherwise than the container's own process. */
export interface ExecWishes {
  args: string[];
  /** Added to the container's environment. */
  env: string[];
  /** "" for the container's. */
  cwd: string;
  tty: boolean;
  privileged: boolean;
  /** `[height, width]` in cells. */
  consoleSize?: readonly number[] | undefined;
  /** The container's where it is left out. */
  user?: ResolvedUser | undefined;
}

/** The process of an exec: the container's own as its specification has it, with the wishes laid over. */
export function execProcess(spec: OciSpec, wishes: ExecWishes): OciProcess {
  const base = spec.process;
  const user = wishes.user === undefined ? base.user : userOf(wishes.user, base.user.umask);
  const names = wishes.privileged ? availableCapabilities() : (base.capabilities?.bounding ?? []);
  return {
    terminal: wishes.tty,
    ...consoleSizeOf(wishes.tty, wishes.consoleSize),
    user,
    args: wishes.args,
    env: environment(base.env, wishes),
    cwd: wishes.cwd === '' ? base.cwd : wishes.cwd,
    capabilities: capabilitySets(names, user.uid),
    ...(base.rlimits === undefined ? {} : { rlimits: base.rlimits }),
    noNewPrivileges: base.noNewPrivileges,
    ...(base.apparmorProfile === undefined ? {} : { apparmorProfile: base.apparmorProfile }),
    ...(base.oomScoreAdj === undefined ? {} : { oomScoreAdj: base.oomScoreAdj }),
  };
}

/** Another user has another home; a terminal needs its kind named where the container has none. */
function environment(base: string[], { env, tty, user }: ExecWishes): string[] {
  const values = new Map(base.map((entry) => [nameOf(entry), entry]));
  if (user !== undefined && !values.has('HOME')) values.set('HOME', `HOME=${user.home}`);
  if (tty && !values.has('TERM')) values.set('TERM', 'TERM=xterm');
  for (const entry of env) {
    // A name alone takes the variable away, as in Docker.
    if (entry.includes('=')) values.set(nameOf(entry), entry);
    else values.delete(entry);
  }
  return [...values.values()];
}

const nameOf = (entry: string): string => entry.split('=', 1)[0] ?? '';
