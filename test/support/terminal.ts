import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { findExecutable } from './program.ts';

/** A program on a terminal of its own: typed at, and read from, as a person would. */
export class Terminal {
  readonly #child: ChildProcess;
  #screen = '';
  readonly exited: Promise<number>;

  /** @param command for the shell; `script` gives it the terminal, which is what lets a test type. */
  constructor(command: string, options: { env: Record<string, string>; rows?: number; columns?: number }) {
    const sized = `stty rows ${options.rows ?? 24} cols ${options.columns ?? 80}; exec ${command}`;
    this.#child = spawn(findExecutable('script'), ['--quiet', '--return', '--command', sized, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm', ...options.env },
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#screen += chunk.toString();
    });
    this.exited = new Promise((resolve) => this.#child.once('close', (code) => resolve(code ?? 255)));
  }

  /**
   * All that was shown so far, with a terminal's line ends made plain. A program in Node's raw mode leaves its terminal
   * translating line ends, so that a returning carriage may be told to return twice; nobody sees the difference.
   */
  get screen(): string {
    return this.#screen.replaceAll(/\r+\n/g, '\n');
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Returns once the screen shows `text`. */
  async shows(text: string | RegExp): Promise<void> {
    for (let waited = 0; waited < 20_000; waited += 20) {
      if (typeof text === 'string' ? this.screen.includes(text) : text.test(this.screen)) return;
      await sleep(20);
    }
    throw new Error(`the terminal never showed ${text}; it shows:\n${this.screen}`);
  }

  /** Ends the program where it has not ended by itself. */
  close(): void {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
  }
}

/** Quotes a word for the shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
