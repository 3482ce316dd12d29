import { messageOf } from '../errors/index.ts';
import type { Container } from './container.ts';
import { type Engine, emitContainer } from './engine.ts';
import { refuseUnlessRunning } from './exec.ts';
import { execProcessOf } from './exec-process.ts';
import { exitCodeOfFailure } from './exit-code.ts';
import { randomId } from './names.ts';

/** How a command in a container ended. */
export interface Executed {
  exitCode: number;
  /** The last of what it wrote, to both of its outputs. */
  output: string;
}

/** How much output is kept, in bytes. */
const keptBytes = 8192;

/**
 * Runs a command in a running container to its end, for the engine itself; others see it as an exec.
 * @param options.signal ends it. @throws conflict where the container does not run; a command that cannot be run is an exit
 *   code (126, 127), as in a shell.
 */
export async function execute(
  engine: Engine,
  container: Container,
  { argv, signal }: { argv: readonly string[]; signal?: AbortSignal | undefined },
): Promise<Executed> {
  refuseUnlessRunning(container);
  const execID = randomId();
  const tell = (action: string, attributes: Record<string, string> = {}) =>
    emitContainer(engine, container, { action, attributes: { execID, ...attributes } });
  // The command may hold what is nobody's business: it is not in the events.
  tell('exec_create');
  tell('exec_start');
  const executed = await runToEnd(engine, container, { execID, argv, signal });
  tell('exec_die', { exitCode: String(executed.exitCode) });
  return executed;
}

async function runToEnd(
  engine: Engine,
  container: Container,
  { execID, argv, signal }: { execID: string; argv: readonly string[]; signal?: AbortSignal | undefined },
): Promise<Executed> {
  let output = Buffer.alloc(0);
  let written: Promise<void> = Promise.resolve();
  try {
    const session = await engine.runtime.exec(container.id, {
      execId: execID,
      process: execProcessOf(engine, container, { args: [...argv] }),
      tty: false,
      stdin: false,
      attach: (attachment) => {
        attachment.onData((_stream, chunk) => {
          output = Buffer.concat([output, chunk]).subarray(-keptBytes);
        });
        written = attachment.ended;
      },
    });
    const kill = (): void => session.kill('SIGKILL');
    signal?.addEventListener('abort', kill, { once: true });
    if (signal?.aborted === true) kill();
    const exitCode = await session.exited;
    await written;
    signal?.removeEventListener('abort', kill);
    return { exitCode, output: output.toString() };
  } catch (error) {
    return { exitCode: exitCodeOfFailure(messageOf(error)), output: messageOf(error) };
  }
}
