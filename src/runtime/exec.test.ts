import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isKind } from '../errors/index.ts';
import { isAlive, processStartTime } from '../host/index.ts';
import type { Attachment } from './attach/attachment.ts';
import { type ExecWishes, execProcess } from './spec/exec-process.ts';
import { Box, collect } from './testsuite/box.ts';

let box: Box;
let id: string;
let count = 0;
beforeAll(async () => {
  box = await Box.make();
  ({ id } = await box.create(['sleep', '1000']));
  await box.runtime.start(id);
});
afterAll(() => box.clear());

interface Wanted extends Partial<ExecWishes> {
  stdin?: boolean;
  attach?: ((attachment: Attachment) => void) | undefined;
}

function start(args: string[], wanted: Wanted = {}) {
  const { stdin = false, attach, ...wishes } = wanted;
  const process = execProcess(box.specOf(id), { args, env: [], cwd: '', tty: false, privileged: false, ...wishes });
  count += 1;
  return box.runtime.exec(id, { execId: `exec${count}`, process, tty: wishes.tty ?? false, stdin, attach });
}

/** Runs it attached, to its end. */
async function execute(args: string[], wanted: Omit<Wanted, 'attach'> & { input?: Buffer } = {}) {
  let output: Promise<{ stdout: Buffer; stderr: Buffer }> | undefined;
  const { input, ...rest } = wanted;
  const session = await start(args, {
    ...rest,
    stdin: input !== undefined,
    attach: (attachment) => {
      output = collect(attachment);
      if (input === undefined) return;
      void attachment.write(input).then(() => attachment.closeStdin());
    },
  });
  return { exitCode: await session.exited, ...(await (output ?? Promise.reject(new Error('not attached')))) };
}

describe('exec', () => {
  it('runs a command with its streams apart and its exit code', async () => {
    const { exitCode, stdout, stderr } = await execute(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    expect([exitCode, stdout.toString(), stderr.toString()]).toEqual([7, 'out\n', 'err\n']);
  });

  it('loses nothing of a large output, nor of a short one', { timeout: 60_000 }, async () => {
    const data = randomBytes(50_000_000);
    writeFileSync(join(box.rootfs, 'data'), data);
    const { stdout } = await execute(['cat', '/data']);
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(createHash('sha256').update(data).digest('hex'));
    for (let round = 0; round < 10; round += 1) {
      expect((await execute(['head', '-c', '100000', '/data'])).stdout).toHaveLength(100_000);
    }
  });

  it('takes input to its end', async () => {
    const input = randomBytes(1_000_000);
    const { stdout, exitCode } = await execute(['cat'], { input });
    expect(exitCode).toBe(0);
    expect(stdout.equals(input)).toBe(true);
  });

  it.each([
    ['nosuch', 127, /exec: "nosuch": executable file not found in \$PATH: unknown$/],
    ['/etc', 126, /permission denied|is a directory/],
  ])('says why %s cannot be run', async (command, _code, words) => {
    let ended = false;
    const attach = (attachment: Attachment): void => {
      void attachment.ended.then(() => {
        ended = true;
      });
    };
    const error = await start([command], { attach }).catch((reason: unknown) => reason);
    expect(ended).toBe(false);
    expect((error as Error).message).toMatch(
      /^OCI runtime exec failed: exec failed: unable to start container process: /,
    );
    expect((error as Error).message).toMatch(words);
    expect(isKind(error, 'invalid-argument')).toBe(true);
    await expect.poll(() => ended).toBe(true);
  });

  it('has told its exit code when its output ends', async () => {
    const order: string[] = [];
    let ended: Promise<unknown> = Promise.resolve();
    const session = await start(['true'], {
      attach: (attachment) => {
        attachment.onData(() => {});
        ended = attachment.ended.then(() => order.push('ended'));
      },
    });
    const exited = session.exited.then(() => order.push('exited'));
    await Promise.all([ended, exited]);
    expect(order).toEqual(['exited', 'ended']);
  });

  it('has a terminal where it wants one', async () => {
    let attachment: Attachment | undefined;
    const seen: string[] = [];
    const session = await start(['sh', '-c', 'echo $TERM; while :; do stty size; sleep 0.02; done'], {
      tty: true,
      stdin: true,
      consoleSize: [20, 70],
      attach: (given) => {
        attachment = given;
        given.onData((_stream, chunk) => seen.push(chunk.toString()));
      },
    });
    expect(session.pid).toBeGreaterThan(0);
    await expect.poll(() => seen.join('')).toContain('xterm\r\n20 70');
    await session.resize({ height: 25, width: 81 });
    await expect.poll(() => seen.join('')).toContain('25 81');
    await attachment?.write(Buffer.from([3]));
    await attachment?.ended;
    expect(await session.exited).toBe(130);
  });

  it('is quick to end on a terminal too', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { stdout, exitCode } = await execute(['sh', '-c', 'echo hi; exit 2'], { tty: true });
      expect([stdout.toString(), exitCode]).toEqual(['hi\r\n', 2]);
    }
  });

  it('runs as another user, elsewhere, with more variables', async () => {
    const { stdout } = await execute(['sh', '-c', 'id -u; pwd; echo $A $HOME; grep CapEff /proc/self/status'], {
      user: { uid: 5, gid: 6, additionalGids: [6], home: '/five' },
      cwd: '/tmp',
      env: ['A=b'],
    });
    expect(stdout.toString()).toBe('5\n/tmp\nb /five\nCapEff:\t0000000000000000\n');
  });

  it('goes on without us where it is detached', async () => {
    const session = await start(['sleep', '1000']);
    const startTime = processStartTime(session.pid) ?? 0;
    expect(isAlive({ pid: session.pid, startTime })).toBe(true);
    expect(await box.runtime.ps(id)).toContain(session.pid);
    session.kill('SIGTERM');
    expect(await session.exited).toBe(143);
  });

  it('goes on where its client leaves', async () => {
    const session = await start(['sh', '-c', 'cat; sleep 0.05; echo more; exit 5'], {
      stdin: true,
      attach: (attachment) => attachment.detach(),
    });
    expect(await session.exited).toBe(5);
  });

  it('leaves no files behind', async () => {
    await execute(['true']);
    await expect.poll(() => readdirSync(join(box.dir, 'runtime/containers', id, 'exec'))).toEqual([]);
  });

  it('needs a running container', async () => {
    await expect(
      box.runtime.exec('unknown', { execId: 'x', process: box.specOf(id).process, tty: false, stdin: false }),
    ).rejects.toThrow('container unknown is not running');
  });
});
