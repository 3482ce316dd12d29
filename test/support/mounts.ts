import { mkdirSync } from 'node:fs';
import { runProgram } from './program.ts';

/** Runs mount(8) or umount(8), which has to succeed. */
async function run(...argv: string[]): Promise<void> {
  const { exitCode, stderr } = await runProgram(argv);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
}

type Propagation = 'shared' | 'private' | 'slave';

/** Makes a folder a mount of its own, so that a test does not rely on how the machine's own mounts propagate. */
export async function mountFolder(path: string, propagation: Propagation): Promise<void> {
  mkdirSync(path, { recursive: true });
  await run('mount', '--bind', path, path);
  await run('mount', '--make-private', path);
  if (propagation === 'private') return;
  await run('mount', '--make-shared', path);
  if (propagation === 'shared') return;
  // A slave needs a master: the shared mount lives on beneath.
  await run('mount', '--bind', path, path);
  await run('mount', '--make-slave', path);
}

/** Mounts a tmpfs. */
export async function mountTmpfs(path: string): Promise<void> {
  mkdirSync(path, { recursive: true });
  await run('mount', '-t', 'tmpfs', 'test', path);
}

/** Unmounts a folder with all that is mounted inside. */
export const unmountAll = (path: string): Promise<void> => run('umount', '--recursive', path);

/** A shell command that prints `/mnt ro shared` for each mount at /mnt and in it: path, mode, propagation unless private. */
export const showMounts = `grep ' /mnt' /proc/self/mountinfo | sed -E 's/^.* (\\/mnt[^ ]*) (r[ow])[^ ]* (.*)- .*$/\\1 \\2 \\3/; s/(shared|master):[0-9]+ ?/\\1 /g; s/ +$//'`;
