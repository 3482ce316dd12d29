import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stop } from '../setup/say.mjs';

const program = fileURLToPath(new URL('../../bin/holdfast', import.meta.url));

/** Holdfast is what is shown, so a DOCKER_HOST that points elsewhere is not followed. */
const { DOCKER_HOST: _elsewhere, ...environment } = process.env;

const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);

/** A heading for what comes next. */
export function heading(text) {
  process.stdout.write(`\n${bold(`== ${text}`)}\n`);
}

/** A sentence between commands. */
export function remark(text) {
  process.stdout.write(`${text}\n`);
}

/** Shows a command as it would be typed. */
export function prompt(text) {
  process.stdout.write(`${bold(`$ ${text}`)}\n`);
}

/**
 * Shows a holdfast command as the user would type it, runs it, and shows what it printed.
 * @param options.cwd where it runs; written "$PWD" in what is shown. @param options.fails the command is shown to be refused.
 * @returns its stdout; a command that ends otherwise than it should stops the script.
 */
export function holdfast(args, { cwd, fails = false } = {}) {
  prompt(['holdfast', ...args].map((word) => quoted(word, cwd)).join(' '));
  const result = runHoldfast(args, { cwd });
  process.stdout.write(result.stdout + result.stderr);
  if ((result.status !== 0) !== fails) {
    stop(fails ? 'That should have been refused, and was not.' : `The command failed (exit code ${result.status}).`);
  }
  return result.stdout.trimEnd();
}

/** Runs a holdfast command without showing it; its exit code is the caller's to judge. */
export function runHoldfast(args, { cwd, timeout = 120_000 } = {}) {
  const result = spawnSync(program, args, {
    cwd,
    timeout,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined && result.error.code !== 'ETIMEDOUT') stop(`${program}: ${result.error.message}`);
  return result;
}

function quoted(word, cwd) {
  const plain = cwd === undefined ? word : word.replace(`${cwd}:`, '"$PWD":').replace(`${cwd}/`, '"$PWD"/');
  return /^[\w@%+=:,./"$-]+$/.test(plain) ? plain : `'${word.replaceAll("'", "'\\''")}'`;
}
