import { fileURLToPath } from 'node:url';
import type { App } from './app.ts';

/**
 * `holdfast daemon`: this process becomes the daemon, by loading its program, which reads its words from the command
 * line. @returns undefined: the process ends when the daemon does.
 */
export async function runDaemon(app: App, words: readonly string[]): Promise<undefined> {
  const { host, tls } = app.global;
  const before = Object.entries({ host, ...tls }).flatMap(([name, value]) => asFlag(name, value));
  process.argv = [process.execPath, fileURLToPath(app.daemonProgram), 'daemon', ...before, ...words];
  await import(app.daemonProgram.href);
  return undefined;
}

/** An option that stood before `daemon`, for the daemon to read. */
function asFlag(name: string, value: string | boolean | undefined): string[] {
  if (typeof value === 'string') return [`--${name}`, value];
  return value === true ? [`--${name}`] : [];
}
