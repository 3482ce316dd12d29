import { fileURLToPath } from 'node:url';
import type { App } from './app.ts';

/**
 * `holdfast daemon`: this process becomes the daemon, by loading its program, which reads its words from the command
 * line. @returns undefined: the process ends when the daemon does.
 */
export async function runDaemon(app: App, words: readonly string[]): Promise<undefined> {
  const host = app.global.host === undefined ? [] : ['--host', app.global.host];
  process.argv = [process.execPath, fileURLToPath(app.daemonProgram), 'daemon', ...host, ...words];
  await import(app.daemonProgram.href);
  return undefined;
}
