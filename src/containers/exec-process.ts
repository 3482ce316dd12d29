import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execProcess, type OciProcess, type OciSpec, resolveUser } from '../runtime/index.ts';
import type { Container } from './container.ts';
import { bundleDir, type Engine } from './engine.ts';

/** What a command in a running container wants otherwise than the container's own process. */
export interface CommandWishes {
  args: string[];
  env?: string[];
  /** "" and absent: the container's, as for `user`. */
  cwd?: string;
  user?: string;
  tty?: boolean;
  privileged?: boolean;
  consoleSize?: readonly number[] | undefined;
}

/** The process of such a command: the container's own as it was started, with the wishes laid over. @throws as the user's look-up */
export function execProcessOf(engine: Engine, container: Container, wishes: CommandWishes): OciProcess {
  const { args, env = [], cwd = '', tty = false, privileged = false, consoleSize } = wishes;
  const spec = JSON.parse(readFileSync(join(bundleDir(engine, container.id), 'config.json'), 'utf8')) as OciSpec;
  const groups = container.record.hostConfig.GroupAdd ?? [];
  const user = wishes.user ? resolveUser(spec.root.path, wishes.user, groups) : undefined;
  return execProcess(spec, { args, env, cwd, tty, privileged, consoleSize, user });
}
