import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where system programs live that an ordinary user's PATH may leave out. */
const systemFolders = [
  ...['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'],
  // Programs that others start, not users.
  ...['/usr/lib/podman', '/usr/libexec/podman'],
];

/** The full path of a program on PATH or in the system folders, or undefined. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), ...systemFolders];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/**
 * Runs a command to its end. Output goes to the terminal unless `quiet`, and is then shown only where the command fails.
 * @throws Error naming the command, where it cannot be run or exits with anything but 0.
 */
export function runCommand(argv, { quiet = false, env, cwd } = {}) {
  const [program, ...rest] = argv;
  const result = spawnSync(program, rest, {
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 2, 2],
    env: { ...process.env, ...env },
    cwd,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined) throw new Error(`${argv.join(' ')}: ${result.error.message}`);
  if (result.status !== 0) {
    const shown = quiet ? `\n${result.stdout}${result.stderr}`.trimEnd() : '';
    throw new Error(`${argv.join(' ')} failed (${result.signal ?? `exit code ${result.status}`})${shown}`);
  }
  return result.stdout?.toString() ?? '';
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Absent or not executable: not the program looked for.
    return false;
  }
}
