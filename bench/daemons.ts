import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TestDaemon } from '../test/support/daemon.ts';
import { endCleanly } from '../test/support/end-cleanly.ts';
import { makeFolder, removeFolder } from '../test/support/folder.ts';
import { request } from '../test/support/request.ts';
import { Target } from './target.ts';

const execute = promisify(execFile);

/** A target and how to be rid of it. */
export interface Running {
  target: Target;
  end(): Promise<void>;
}

/** Holdfast, on folders of its own. */
export async function startHoldfast(): Promise<Running> {
  const daemon = new TestDaemon();
  await daemon.start();
  const lifecycle = { folder: daemon.folder, start: () => daemon.start(), stop: () => daemon.stop() };
  const target = new Target('holdfast', daemon.socket, { lifecycle });
  const end = async () => {
    target.close();
    await endCleanly(daemon);
  };
  return { target, end };
}

/** A daemon that runs already. It is measured as it is, and keeps what it had. */
export function guest(url: string): Running {
  const target = new Target('peer', url.replace(/^unix:\/\//, ''));
  return { target, end: async () => target.close() };
}

/**
 * dockerd as it is by default, on folders and a socket of its own, and in a network namespace of its own: its bridge and its
 * packet filter touch nothing else on the machine.
 * @param program the path of dockerd; containerd is in PATH or beside it.
 */
export async function startDockerd(program: string): Promise<Running> {
  const folder = makeFolder();
  const socket = join(folder, 'docker.sock');
  let child: ChildProcess | undefined;
  const within = () => ['nsenter', `--net=/proc/${child?.pid}/ns/net`];
  const start = async () => {
    child = spawnDockerd(program, folder, socket);
    await ready(child, folder, socket);
    await loopbackUp(within());
  };
  const stop = async () => {
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  await start();
  const target = new Target('dockerd', socket, { lifecycle: { folder, start, stop }, within });
  const end = async () => {
    target.close();
    await stop();
    removeFolder(folder);
  };
  return { target, end };
}

function spawnDockerd(program: string, folder: string, socket: string): ChildProcess {
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const roots = [
    '--data-root',
    join(folder, 'data'),
    '--exec-root',
    join(folder, 'run'),
    '--pidfile',
    join(folder, 'pid'),
  ];
  const child = spawn('unshare', ['--net', '--', program, '-H', `unix://${socket}`, ...roots], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${dirname(program)}:${join(dirname(program), '../bin')}:${process.env.PATH}` },
  });
  closeSync(log);
  return child;
}

/** A fresh network namespace has its loopback down. */
async function loopbackUp(within: readonly string[]): Promise<void> {
  const [first = '', ...words] = [...within, 'ip', 'link', 'set', 'lo', 'up'];
  await execute(first, words);
}

async function ready(child: ChildProcess, folder: string, socket: string): Promise<void> {
  for (let waited = 0; waited < 30_000 && child.exitCode === null; waited += 10) {
    try {
      if ((await request(socket, '/_ping')).status === 200) return;
    } catch {
      // No socket yet: asked again.
    }
    await sleep(10);
  }
  throw new Error(`dockerd did not start:\n${readFileSync(join(folder, 'dockerd.log'), 'utf8').slice(-3000)}`);
}
