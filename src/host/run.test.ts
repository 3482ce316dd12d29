import { describe, expect, it } from 'vitest';
import { type RunError, run } from './run.ts';

async function failure(work: Promise<unknown>): Promise<RunError> {
  try {
    await work;
  } catch (error) {
    return error as RunError;
  }
  throw new Error('it did not fail');
}

describe('run', () => {
  it('gives input and takes output, whole', async () => {
    const input = 'ü'.repeat(1_000_000);
    expect(await run(['cat'], { input })).toEqual({ stdout: input, stderr: '', exitCode: 0 });
    expect((await run(['od', '-An', '-tx1'], { input: Buffer.from([0, 255]) })).stdout.trim()).toBe('00 ff');
  });

  it('gives nothing to read where there is no input', async () => {
    expect(await run(['cat'])).toMatchObject({ stdout: '' });
  });

  it('does not mind a program that does not read its input', async () => {
    expect(await run(['true'], { input: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 });
  });

  it('fails with what the program said, and with none of its arguments', async () => {
    const error = await failure(run(['sh', '-c', 'echo "sh: broken" >&2; exit 7', 'secret']));
    expect(error).toMatchObject({ kind: 'system', message: 'sh: broken', exitCode: 7, stderr: 'sh: broken\n' });
    expect((await failure(run(['/bin/false', 'secret']))).message).toBe('false: exit status 1');
    expect((await failure(run(['sh', '-c', 'kill -9 $$']))).message).toBe('sh: ended by SIGKILL');
  });

  it('takes other exit codes as good when told', async () => {
    expect(await run(['sh', '-c', 'exit 1'], { okCodes: [0, 1] })).toMatchObject({ exitCode: 1 });
    expect((await failure(run(['true'], { okCodes: [1] }))).message).toBe('true: exit status 0');
  });

  it('ends the program when the caller gives up', async () => {
    const controller = new AbortController();
    const running = failure(run(['sleep', '1000'], { signal: controller.signal }));
    controller.abort();
    expect((await running).kind).toBe('cancelled');
    expect((await failure(run(['true'], { signal: controller.signal }))).kind).toBe('cancelled');
  });

  it('ends a program that writes without end', async () => {
    const error = await failure(run(['yes'], { maxOutput: 100_000 }));
    expect(error.message).toBe('yes: wrote more than 100000 bytes');
  });
});
