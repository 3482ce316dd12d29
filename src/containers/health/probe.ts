import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors/index.ts';
import type { Container } from '../container.ts';
import { type Engine, emitContainer } from '../engine.ts';
import { execProcessOf } from '../exec-process.ts';
import { exitCodeOfFailure } from '../exit-code.ts';
import { randomId } from '../names.ts';
import type { HealthSettings } from './settings.ts';

/** What a health check answered. */
export interface ProbeAnswer {
  /** -1 where it did not answer in time. */
  exitCode: number;
  output: string;
}

const keptBytes = 4096;
const notInTime = -1;

/** Runs a container's health check once, as an exec, and ends it where it takes too long. Never throws: a failure is an answer. */
export async function probe(engine: Engine, container: Container, settings: HealthSettings): Promise<ProbeAnswer> {
  const execID = randomId();
  const command = settings.argv.join(' ');
  const tell = (action: string, attributes: Record<string, string> = {}) =>
    emitContainer(engine, container, { action, attributes: { execID, ...attributes } });
  tell(`exec_create: ${command}`);
  tell(`exec_start: ${command}`);
  const answer = await answerOf(engine, container, { execID, settings });
  tell('exec_die', { exitCode: String(answer.exitCode) });
  return answer;
}

interface Question {
  execID: string;
  settings: HealthSettings;
}

async function answerOf(engine: Engine, container: Container, { execID, settings }: Question): Promise<ProbeAnswer> {
  const output = new Beginning(keptBytes);
  const done = new AbortController();
  let written: Promise<void> = Promise.resolve();
  try {
    const session = await container.stillness.starting(() =>
      engine.runtime.exec(container.id, {
        execId: execID,
        process: execProcessOf(engine, container, { args: settings.argv }),
        tty: false,
        stdin: false,
        attach: (attachment) => {
          attachment.onData((_stream, chunk) => output.add(chunk));
          written = attachment.ended;
        },
      }),
    );
    const tooLong = delay(settings.timeoutMs, notInTime, { signal: done.signal, ref: false }).catch(() => notInTime);
    const exitCode = await Promise.race([session.exited, tooLong]);
    // What it wrote may come after its end; something it left in the background may hold its output open.
    await Promise.race([written, tooLong]);
    if (exitCode !== notInTime) return { exitCode, output: output.text };
    session.kill('SIGKILL');
    return { exitCode, output: `Health check exceeded timeout (${settings.timeoutMs / 1000}s): ${output.text}` };
  } catch (error) {
    return { exitCode: exitCodeOfFailure(messageOf(error)), output: messageOf(error) };
  } finally {
    done.abort();
  }
}

/** The first bytes of what is written; the rest is dropped. */
class Beginning {
  readonly #chunks: Buffer[] = [];
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  add(chunk: Buffer): void {
    if (this.#left <= 0) return;
    const kept = chunk.subarray(0, this.#left);
    this.#chunks.push(kept);
    this.#left -= kept.length;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}
