import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { findProgram } from './programs.ts';
import { spawnProcess } from './spawn-process.ts';
import { scratch } from './testsuite/scratch.ts';

describe('spawnProcess', () => {
  it('streams both ways and tells the exit code', async () => {
    const child = spawnProcess(['sh', '-c', 'cat; echo done >&2; exit 3']);
    child.stdin.end('input');
    const [out, error, exit] = await Promise.all([text(child.stdout), text(child.stderr), child.exited]);
    expect([out, error, exit]).toEqual(['input', 'done\n', { code: 3, signal: null }]);
    expect(await child.closed).toEqual({ code: 3, signal: null });
  });

  it('gives further descriptors, to write to and to read from', async () => {
    const path = join(scratch(), 'file');
    const file = openSync(path, 'w');
    const script = 'read line <&3; echo "got $line" >&4; echo plain >&5; cat <&3 >&4';
    const child = spawnProcess(['sh', '-c', script], { extraFds: ['pipe', 'pipe', file] });
    closeSync(file);
    const [first, second] = child.pipes;
    first?.write('hello\n');
    first?.end('rest');
    expect(await text(second ?? child.stdout)).toBe('got hello\nrest');
    await child.closed;
    expect(child.pipes).toHaveLength(2);
    expect(readFileSync(path, 'utf8')).toBe('plain\n');
  });

  it('adds to the environment, takes away from it, and speaks plain English', async () => {
    process.env.HOLDFAST_TEST_GONE = '1';
    const child = spawnProcess(['env'], { env: { HOLDFAST_TEST: 'a b', HOLDFAST_TEST_GONE: undefined } });
    const lines = (await text(child.stdout)).split('\n');
    delete process.env.HOLDFAST_TEST_GONE;
    expect(lines).toEqual(expect.arrayContaining(['HOLDFAST_TEST=a b', 'LC_ALL=C']));
    expect(lines.filter((line) => line.startsWith('HOLDFAST_TEST_GONE'))).toEqual([]);
  });

  it('passes arguments as they are', async () => {
    const child = spawnProcess(['printf', '%s|', 'a b', '$HOME', '*', "'"]);
    expect(await text(child.stdout)).toBe("a b|$HOME|*|'|");
  });

  it('runs in another folder, as another user, in a session of its own', async () => {
    const script = 'pwd; id -u; id -g; cut -d" " -f6 /proc/self/stat; echo $$';
    const child = spawnProcess(['sh', '-c', script], { cwd: '/usr', uid: 65534, gid: 65533, detached: true });
    const [folder, uid, gid, session, pid] = (await text(child.stdout)).split('\n');
    expect([folder, uid, gid, session]).toEqual(['/usr', '65534', '65533', pid]);
    expect(pid).toBe(String(child.pid));
  });

  it('has ended streams where none were asked for', async () => {
    const child = spawnProcess(['cat'], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
    expect([await text(child.stdout), await text(child.stderr)]).toEqual(['', '']);
    expect(child.stdin.writableEnded).toBe(true);
    expect(await child.closed).toEqual({ code: 0, signal: null });
  });

  it('can be ended, and ended again', async () => {
    const child = spawnProcess(['sleep', '1000']);
    child.kill('SIGKILL');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
    child.kill();
  });

  it('outlives writing to a program that has ended', async () => {
    const child = spawnProcess(['true'], { extraFds: ['pipe'] });
    await child.exited;
    for (const stream of [child.stdin, ...child.pipes]) stream.write(Buffer.alloc(1_000_000));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await child.closed).toEqual({ code: 0, signal: null });
  });

  it('names what is missing', () => {
    expect(() => spawnProcess(['no-such-program-here'])).toThrowError(
      'the program no-such-program-here is not installed on this host',
    );
    expect(() => spawnProcess(['true'], { cwd: '/no/such' })).toThrowError(
      'the program true could not be started: the folder /no/such does not exist',
    );
  });
});

describe('findProgram', () => {
  it('looks on the PATH and where administrators have their programs', () => {
    expect(findProgram('sh')).toMatch(/\/sh$/);
    expect(findProgram('chroot')).toMatch(/sbin\/chroot$/);
    expect(findProgram('/bin/sh')).toBe('/bin/sh');
    for (const none of ['no-such-program', '/etc/passwd', '/usr', 'usr', '']) expect(findProgram(none)).toBeUndefined();
  });
});
