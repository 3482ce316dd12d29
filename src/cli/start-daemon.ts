import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { messageOf, unavailable } from '../errors/index.ts';
import type { App } from './app.ts';
import { defaultSocket } from './host.ts';

const patienceMs = 15_000;
const pollMs = 10;

/**
 * Starts the daemon in the background and waits until it answers at `socket`. Two commands may do so at once: the data
 * root's lock lets one daemon live, and both commands find it.
 * @returns true once it answers.
 * @throws unavailable with the daemon's last words where it does not come up.
 */
export async function startDaemon(app: App, socket: string): Promise<boolean> {
  const logFile = prepareLog(app);
  const before = statSync(logFile).size;
  const ended = launch(app, { socket, logFile });
  const deadline = Date.now() + patienceMs;
  let code: number | undefined;
  ended.then((exitCode) => {
    code = exitCode;
  });
  while (Date.now() < deadline) {
    if (await answers(socket)) return true;
    // A daemon that lost the race for the data root ends at once, while the winner may still be coming up.
    if (code !== undefined && !lostRace(logFile, before)) break;
    await delay(pollMs);
  }
  throw unavailable(
    `Cannot start the Holdfast daemon: ${lastWords(logFile, before)}\nIts log is ${logFile}; 'holdfast daemon' runs it in the foreground.`,
  );
}

function prepareLog(app: App): string {
  const dir = app.env.HOLDFAST_EXEC_ROOT || '/run/holdfast';
  const logFile = join(dir, 'daemon.log');
  try {
    makeFolder(dir);
    closeSync(openSync(logFile, 'a', 0o640));
    return logFile;
  } catch (error) {
    const who = process.getuid?.() === 0 ? '' : ' The daemon needs root: start it with sudo holdfast daemon.';
    throw unavailable(`Cannot start the Holdfast daemon: ${messageOf(error)}.${who}`, error);
  }
}

/** Not by mkdir's own recursion, which never ends below a folder that is there and takes nothing, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o711 });
}

/** @returns its exit code, should it end while we wait. */
function launch(app: App, { socket, logFile }: { socket: string; logFile: string }): Promise<number> {
  const hosts = socket === defaultSocket(app.env) ? [] : ['--host', `unix://${socket}`];
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [fileURLToPath(app.daemonProgram), 'daemon', ...hosts], {
    // Not where the user happens to be: that folder could not be unmounted while the daemon runs.
    cwd: '/',
    env: { ...app.env, HOLDFAST_HOST: undefined },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

const wordsSince = (logFile: string, offset: number): string =>
  readFileSync(logFile).subarray(offset).toString().trim();

const lostRace = (logFile: string, offset: number): boolean =>
  /another holdfast daemon/.test(wordsSince(logFile, offset));

function lastWords(logFile: string, offset: number): string {
  const last = wordsSince(logFile, offset).split('\n').at(-1) ?? '';
  return last.replace(/^holdfast daemon: /, '') || `it did not answer within ${patienceMs / 1000} seconds`;
}
