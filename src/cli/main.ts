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

// As a shell tells it of any program, and docker of itself. Where signals go to a container, others listen too.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}

const code = await dispatch(process.argv.slice(2), makeApp);
if (code !== undefined) {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

/** Output to a pipe may still be on its way; what was said must arrive. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
