import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as system } from 'node:os';
import { delimiter, join } from 'node:path';
import { type App, warn } from './app.ts';
import { configFolder } from './config-file.ts';
import { chooseHost } from './host.ts';

/** Where docker looks for its plugins besides the user's own folder. */
const pluginFolders = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

const program = 'docker-compose';

const advice = `holdfast compose runs Docker's Compose, which is not on this machine. One of these brings it:

    apt-get install docker-compose-v2         (Ubuntu)
    apt-get install docker-compose            (Debian)
    apt-get install docker-compose-plugin     (Docker's own packages)

or put the program ${program} on the PATH.`;

/**
 * `holdfast compose …`: the user's own Compose, pointed at our engine, which is started where none answers. Every word
 * after the command is Compose's, and so is what it answers.
 * @returns its exit code, 128 + n where signal n ended it; 1 where there is none.
 */
export async function runCompose(app: App, words: readonly string[]): Promise<number> {
  const path = composeProgram(app);
  if (path === undefined) {
    warn(app, advice);
    return 1;
  }
  await app.client().text({ method: 'GET', path: '/_ping' });
  const { endpoint } = chooseHost(app.global, app.env);
  const env = { ...app.env, DOCKER_HOST: endpoint.url };
  return runToEnd(spawn(path, words, { cwd: app.cwd, env, stdio: 'inherit' }));
}

/** The plugin of docker's command line, newest in use, which also runs by itself; else a program on the PATH. */
function composeProgram({ env, global }: App): string | undefined {
  const onPath = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const folders = [join(configFolder(global.config, env), 'cli-plugins'), ...pluginFolders, ...onPath];
  return folders.map((folder) => join(folder, program)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A terminal sends its signals to both of us; the end is Compose's to choose. Others' are passed on. */
function runToEnd(child: ReturnType<typeof spawn>): Promise<number> {
  const passOn = () => void child.kill('SIGTERM');
  const wait = () => {};
  process.on('SIGTERM', passOn).on('SIGINT', wait);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + system.signals[signal ?? 'SIGKILL']));
  }).finally(() => process.off('SIGTERM', passOn).off('SIGINT', wait));
}
