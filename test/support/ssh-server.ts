import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findExecutable, runProgram } from './program.ts';

/** A real sshd on loopback with keys of its own, for whoever runs the tests. */
export class SshServer {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  port = 0;

  /** @param folder for its keys and configuration; @param environment what commands run with there. */
  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#environment = environment;
  }

  async start(): Promise<void> {
    mkdirSync(this.#folder, { mode: 0o700, recursive: true });
    // Where sshd empties itself of rights before somebody is known; Debian makes it when the service starts.
    mkdirSync('/run/sshd', { mode: 0o755, recursive: true });
    for (const key of ['host', 'user']) {
      await runProgram(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(this.#folder, key)]);
    }
    this.port = await freePort();
    const environment = Object.entries(this.#environment).map(([key, value]) => `"${key}=${value}"`);
    const settings = [
      'ListenAddress 127.0.0.1',
      `Port ${this.port}`,
      `HostKey ${join(this.#folder, 'host')}`,
      `AuthorizedKeysFile ${join(this.#folder, 'user.pub')}`,
      'PidFile none',
      'StrictModes no',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      `SetEnv ${environment.join(' ')}`,
    ];
    writeFileSync(join(this.#folder, 'sshd_config'), `${settings.join('\n')}\n`);
    const program = [findExecutable('sshd'), '-D', '-e', '-f', join(this.#folder, 'sshd_config')] as const;
    this.#process = spawn(program[0], program.slice(1), { stdio: 'ignore' });
    while (!(await listens(this.port))) await sleep(20);
  }

  /** What a client needs to get in, as ssh's -o takes it. */
  get clientOptions(): string[] {
    return [
      `IdentityFile=${join(this.#folder, 'user')}`,
      'IdentitiesOnly=yes',
      'StrictHostKeyChecking=no',
      'UserKnownHostsFile=/dev/null',
      'LogLevel=ERROR',
      'BatchMode=yes',
    ];
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
