import { homedir } from 'node:os';
import type { App, GlobalOptions } from './app.ts';
import { createApp } from './create-app.ts';
import { dispatch } from './dispatch.ts';

/** What starts a daemon: its program lies beside this one. */
const DAEMON_PROGRAM = new URL('./daemon.js', import.meta.url);

const makeApp = (global: GlobalOptions): App =>
  createApp({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: workingFolder(),
    daemonProgram: DAEMON_PROGRAM,
    global,
  });

/** The working folder may have been removed under us: most commands do not need one. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return homedir();
  }
}

// A reader that went away (`| head`) is no failure worth a stack trace.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

const code = await dispatch(process.argv.slice(2), makeApp);
if (code !== undefined) process.exit(code);
