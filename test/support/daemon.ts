import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeFolder, removeFolder } from './folder.ts';
import { type Answer, type RequestOptions, request } from './request.ts';

const program = fileURLToPath(new URL('../../dist/daemon.js', import.meta.url));

/** Milliseconds that a daemon gets to answer, and to end. Generous: they bound a broken daemon, not a slow machine. */
const patience = 60_000;

interface Surroundings {
  folder?: string;
  socket?: string;
  flags?: readonly string[];
  before?: readonly string[];
}

/** A real daemon with folders and a socket of its own, so that any number can run side by side. */
export class TestDaemon {
  readonly folder: string;
  readonly dataRoot: string;
  readonly execRoot: string;
  readonly socket: string;
  readonly host: string;
  /** More words of its command line; what is added counts from the next start. */
  readonly flags: string[];
  readonly #before: readonly string[];
  #process: ChildProcess | undefined;

  /**
   * @param options.folder one of another daemon, to be refused; @param options.socket the socket's name in it;
   * @param options.flags more words of its command line; @param options.before words before its program, which give it
   * other surroundings and then become it.
   */
  constructor(options: Surroundings = {}) {
    this.folder = options.folder ?? makeFolder();
    this.dataRoot = join(this.folder, 'data');
    this.execRoot = join(this.folder, 'run');
    this.socket = join(this.folder, options.socket ?? 'holdfast.sock');
    this.host = `unix://${this.socket}`;
    this.flags = [...(options.flags ?? [])];
    this.#before = options.before ?? [];
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the daemon is not running');
    return pid;
  }

  /** Starts it and returns once it answers. @param flags beside those for its folders */
  async start(flags: readonly string[] = []): Promise<void> {
    const log = openSync(join(this.folder, 'daemon.log'), 'a');
    const [first = '', ...rest] = [...this.#before, process.execPath, program, ...this.#arguments(), ...flags];
    this.#process = spawn(first, rest, { stdio: ['ignore', log, log] });
    closeSync(log);
    await this.#ready(this.#process);
  }

  /** Ends it as a service manager does, and returns once it has ended. Containers go on running. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Removes its folders; it has to have ended, and its containers removed. */
  discard(): void {
    removeFolder(this.folder);
  }

  request(path: string, options?: RequestOptions): Promise<Answer> {
    return request(this.socket, path, options);
  }

  /** All that it has logged, over all its starts. */
  log(): string {
    return readFileSync(join(this.folder, 'daemon.log'), 'utf8');
  }

  #arguments(): string[] {
    const roots = [
      '--data-root',
      this.dataRoot,
      '--exec-root',
      this.execRoot,
      '--plugin-dir',
      join(this.folder, 'plugins'),
    ];
    return [...roots, '-H', this.host, '--pidfile', `${this.socket}.pid`, ...this.flags];
  }

  async #ready(child: ChildProcess): Promise<void> {
    const until = Date.now() + patience;
    while (Date.now() < until) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      if (await this.#answers()) return;
      await sleep(10);
    }
    throw new Error(`the daemon did not start:\n${this.log()}`);
  }

  async #answers(): Promise<boolean> {
    try {
      return (await this.request('/_ping')).status === 200;
    } catch {
      // No socket yet, or nobody behind it: asked again.
      return false;
    }
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    const late = sleep(patience, 'late', { ref: false });
    if ((await Promise.race([ended, late])) !== 'late') return;
    child.kill('SIGKILL');
    await ended;
    throw new Error(`the daemon did not end on ${signal}:\n${this.log()}`);
  }
}
