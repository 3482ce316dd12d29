import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAlive, processStartTime, signalNumber, signalProcess } from './process-identity.ts';
import { spawnProcess } from './spawn-process.ts';
import { scratch } from './testsuite/scratch.ts';

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
}

describe('processStartTime', () => {
  it('is the same as long as the process lives, and undefined after', async () => {
    const child = spawnProcess(['sleep', '1000']);
    const before = processStartTime(child.pid);
    expect(before).toBeGreaterThan(0);
    expect(processStartTime(child.pid)).toBe(before);
    child.kill('SIGKILL');
    await child.exited;
    expect(processStartTime(child.pid)).toBeUndefined();
  });

  it('is not misled by the name of the program', async () => {
    const odd = join(scratch(), 'a) Z 1 (b');
    symlinkSync('/bin/sleep', odd);
    const child = spawnProcess([odd, '1000']);
    // Until exec(2) has happened the child still bears our name.
    await until(() => readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes(') Z 1 ('));
    expect(processStartTime(child.pid)).toBeGreaterThan(processStartTime(1) ?? 0);
    child.kill('SIGKILL');
    await child.exited;
  });

  it('is undefined for a process that only waits to be reaped', async () => {
    const parent = spawnProcess(['sh', '-c', 'cat <&3 & echo $!; exec sleep 1000'], { extraFds: ['pipe'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    // Only once the shell has become sleep is there nobody left who would reap its child.
    await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
    parent.pipes[0]?.end();
    await until(() => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
    expect(processStartTime(pid)).toBeUndefined();
    parent.kill('SIGKILL');
    await parent.exited;
  });
});

describe('signalProcess', () => {
  it('reaches the process, by number or name', async () => {
    for (const signal of [9, 'KILL', 'sigkill']) {
      const child = spawnProcess(['sleep', '1000']);
      const target = { pid: child.pid, startTime: processStartTime(child.pid) ?? 0 };
      expect(signalProcess(target, 0)).toBe(true);
      expect(signalProcess(target, signal)).toBe(true);
      expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
      expect(signalProcess(target, signal)).toBe(false);
      expect(isAlive(target)).toBe(false);
    }
  });

  it('leaves another process of the same id alone', async () => {
    const child = spawnProcess(['sleep', '1000']);
    const startTime = processStartTime(child.pid) ?? 0;
    expect(signalProcess({ pid: child.pid, startTime: startTime - 1 }, 'SIGKILL')).toBe(false);
    expect(isAlive({ pid: child.pid, startTime })).toBe(true);
    child.kill('SIGKILL');
    await child.exited;
  });
});

describe('signalNumber', () => {
  it.each([
    ['SIGTERM', 15],
    ['term', 15],
    ['9', 9],
    [2, 2],
    ['0', 0],
    ['SIGRTMIN', 34],
    ['RTMIN+3', 37],
    ['SIGRTMAX-2', 62],
    ['RTMAX', 64],
  ])('%s is %i', (signal, number) => {
    expect(signalNumber(signal)).toBe(number);
  });

  it.each(['', 'SIG', 'NOPE', '65', '-1', '1.5', 'RTMIN+31', 'RTMAX-31', 'RTMIN-1', 'SIGRTMIN+'])(
    'refuses %j',
    (signal) => {
      expect(() => signalNumber(signal)).toThrowError(`invalid signal: ${signal}`);
    },
  );

  it('gives a signal there is, or refuses', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), (signal) => {
        let number = 0;
        try {
          number = signalNumber(signal);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid-argument' });
        }
        expect(number >= 0 && number <= 64 && Number.isInteger(number)).toBe(true);
      }),
    );
  });
});
