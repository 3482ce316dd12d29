import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./test-plugin.mjs', import.meta.url));

/** How one method misbehaves; the program says what each word means. */
export interface Behaviour {
  hang?: boolean;
  slow?: number;
  fail?: string;
  text?: string;
  status?: number;
  answer?: object;
}

/** A request as the plugin received it. */
export interface ReceivedCall {
  method: string;
  body: string;
  accept: string;
  host: string;
  verb: string;
}

/** A volume plugin as a process of its own, which can be made to fail in every way, killed, and started again. */
export class TestPlugin {
  readonly name: string;
  /** Where the engine looks for it. */
  readonly plugins: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  /** @param base a folder of the test's; its files and its socket folder are made in there. */
  constructor(base: string, name = 'testplugin') {
    this.name = name;
    this.plugins = join(base, 'plugins');
    this.#folder = join(base, `plugin-${name}`);
    mkdirSync(this.plugins, { recursive: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  get socket(): string {
    return join(this.plugins, `${this.name}.sock`);
  }

  /**
   * Starts it, and returns once it listens.
   * @param address the path of a socket; "0" for any port of loopback.
   * @returns its port, where it listens on one.
   */
  async start(address: string = this.socket): Promise<number | undefined> {
    const child = spawn(process.execPath, [program, this.#folder, address], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    const [line] = await once(child.stdout, 'data');
    const listening: unknown = JSON.parse(String(line));
    return typeof listening === 'object' ? (listening as { port: number }).port : undefined;
  }

  /** Ends it as a crash does; what it keeps stays. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Says how it misbehaves from now on: by method, or `*` for all. */
  behave(behaviour: Record<string, Behaviour>): void {
    // Put in place whole: the plugin may read it at any moment.
    const fresh = join(this.#folder, 'behaviour.new');
    writeFileSync(fresh, JSON.stringify(behaviour));
    renameSync(fresh, join(this.#folder, 'behaviour.json'));
  }

  /** What it received so far. */
  calls(): ReceivedCall[] {
    const path = join(this.#folder, 'calls.jsonl');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  }

  /** The arguments of every call of one method, oldest first. */
  argumentsOf(method: string): Array<Record<string, unknown>> {
    const received = this.calls().filter((call) => call.method === `VolumeDriver.${method}`);
    return received.map(({ body }) => JSON.parse(body));
  }

  /** What it keeps of a volume; undefined where it has none. */
  volume(name: string): { opts: Record<string, string>; mounts: string[] } | undefined {
    const path = join(this.#folder, 'state.json');
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8'))[name] : undefined;
  }

  /** Makes it as new: no volumes, no calls, no misbehaviour. It is started where it is not running. */
  async reset(): Promise<void> {
    this.behave({});
    if (this.#process === undefined) await this.start();
    await this.ask('Test.Reset', {});
    rmSync(join(this.#folder, 'calls.jsonl'), { force: true });
  }

  /** Asks it directly, as another engine would. @param method `VolumeDriver.Create` */
  async ask(method: string, body: object): Promise<void> {
    const call = request({ socketPath: this.socket, path: `/${method}`, method: 'POST', agent: false });
    call.end(JSON.stringify(body));
    const [response] = await once(call, 'response');
    response.resume();
    await once(response, 'end');
  }
}
