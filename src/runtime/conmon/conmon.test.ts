import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isKind } from '../../errors/index.ts';
import { createFailure, execFailure, failureWords, startFailure } from './failure.ts';
import { SyncPipe } from './sync-pipe.ts';

describe('SyncPipe', () => {
  const pipe = () => {
    const [stream, errors] = [new PassThrough(), new PassThrough()];
    return { stream, errors, sync: new SyncPipe(stream, errors) };
  };

  it('gives conmon’s lines one by one, however they come', async () => {
    const { stream, sync } = pipe();
    const first = sync.next();
    stream.write('{"da');
    stream.write('ta": 17}\n{"data": 3}\n');
    expect(await first).toEqual({ data: 17, message: '' });
    expect(await sync.next()).toEqual({ data: 3, message: '' });
  });

  it('has an end', async () => {
    const { stream, sync } = pipe();
    const next = sync.next();
    stream.end();
    expect(await next).toBeUndefined();
    expect(await sync.next()).toBeUndefined();
  });

  it('makes the best of a message that conmon cut', async () => {
    const { stream, sync } = pipe();
    stream.write('{"data": -1, "message": "it was too lo\\u00"}\n');
    expect((await sync.next())?.message).toContain('it was too lo');
    stream.write('nonsense\n{"data": -1, "message": "why\\n"}\n');
    expect(await sync.next()).toEqual({ data: -1, message: 'why' });
  });

  it('keeps the last of what conmon complains of', async () => {
    const { errors, sync } = pipe();
    errors.write(`${'x'.repeat(5000)}\n[conmon:e]: no\n`);
    await expect.poll(() => sync.words).toMatch(/no$/);
    expect(sync.words.length).toBeLessThanOrEqual(4096);
  });
});

describe('failures', () => {
  it('are in Docker’s words, and the user’s where they are', () => {
    const missing = createFailure('runc create failed: exec: "x": executable file not found in $PATH');
    expect(missing.message).toBe(
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: exec: "x": executable file not found in $PATH: unknown',
    );
    expect(isKind(missing, 'invalid-argument')).toBe(true);
    expect(
      isKind(
        createFailure('crun: executable file `x` not found in $PATH: No such file or directory'),
        'invalid-argument',
      ),
    ).toBe(true);
    expect(isKind(createFailure('cgroup is gone'), 'system')).toBe(true);
    expect(createFailure('x: not a directory').message).toMatch(/Are you trying to mount a directory onto a file/);
    expect(execFailure('exec: "/etc": permission denied').message).toBe(
      'OCI runtime exec failed: exec: "/etc": permission denied: unknown',
    );
    expect(startFailure('x').message).toBe('failed to start task for container: OCI runtime start failed: x: unknown');
  });
});

describe('failureWords', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdfast-words-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('prefers what conmon passed on, then the runtime’s log, then conmon', () => {
    const logFile = join(dir, 'log');
    expect(failureWords({ message: 'a', logFile, monitor: 'b' })).toBe('a');
    expect(failureWords({ message: '', logFile, monitor: 'b' })).toBe('b');
    expect(failureWords({ message: '', logFile, monitor: '' })).toBe('conmon ended without a word');
    writeFileSync(
      logFile,
      '{"level":"error","msg":"first"}\n{"level":"info","msg":"x"}\n{"level":"error","msg":"c"}\ncut {',
    );
    expect(failureWords({ message: '', logFile, monitor: 'b' })).toBe('c');
  });
});
