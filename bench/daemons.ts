import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestDaemon } from '../test/support/daemon.ts';
import { endCleanly } from '../test/support/end-cleanly.ts';
import { makeFolder, removeFolder } from '../test/support/folder.ts';
import { request } from '../test/support/request.ts';
import { Target } from './target.ts';

/** A target and how to be rid of it. */
export interface Running {
  target: Target;
  end(): Promise<void>;
}

/** Holdfast, on folders of its own. */
export async function startHoldfast(): Promise<Running> {
  const daemon = new TestDaemon();
  await daemon.start();
  const target = new Target('holdfast', daemon.socket, {
    folder: daemon.folder,
    start: () => daemon.start(),
    stop: () => daemon.stop(),
  });
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
 * dockerd on folders and a socket of its own, without a bridge, so that nothing else on the machine is touched.
 * @param program the path of dockerd; containerd is in PATH or beside it.
 */
export async function startDockerd(program: string): Promise<Running> {
  const folder = makeFolder();
  const socket = join(folder, 'docker.sock');
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawnDockerd(program, folder, socket);
    await ready(child, folder, socket);
  };
  const stop = async () => {
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  };
  await start();
  const target = new Target('dockerd', socket, { folder, start, stop });
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
  const closed = ['--bridge=none', '--iptables=false', '--ip6tables=false'];
  const child = spawn(program, ['-H', `unix://${socket}`, ...roots, ...closed], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${dirname(program)}:${join(dirname(program), '../bin')}:${process.env.PATH}` },
  });
  closeSync(log);
  return child;
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
