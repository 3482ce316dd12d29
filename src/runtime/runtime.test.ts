import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isKind } from '../errors/index.ts';
import { isAlive } from '../host/index.ts';
import { Box } from './testsuite/box.ts';

let box: Box;
beforeAll(async () => {
  box = await Box.make();
  await box.runtime.program();
});
afterAll(() => box.clear());

const failure = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
};

describe('a container', () => {
  it('runs with its streams apart and its exit code told once', async () => {
    const { id, exitCode, stdout, stderr } = await box.run(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect({ exitCode, stdout: stdout.toString(), stderr: stderr.toString() }).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(box.ends.filter((exit) => exit.id === id)).toHaveLength(1);
    expect(box.runtime.exitOf(id)).toMatchObject({ exitCode: 3, oomKilled: false });
    await box.runtime.delete(id);
    expect(box.runtime.exitOf(id)).toBeUndefined();
  });

  it('can be run again by the same id', async () => {
    const { id } = await box.create(['true']);
    await box.runtime.start(id);
    await box.end(id);
    const bundle = join(box.dir, 'bundles', id);
    const before = box.ends.length;
    const { pid } = await box.runtime.create({ id, bundle, tty: false, stdin: false });
    await box.runtime.start(id);
    await expect.poll(() => box.ends.length).toBe(before + 1);
    expect(pid).toBeGreaterThan(0);
    expect(box.ends.at(-1)).toMatchObject({ id, exitCode: 0 });
  });

  it('tells the signal that ended it', async () => {
    const { id } = await box.create(['sleep', '1000']);
    await box.runtime.start(id);
    await box.runtime.kill(id, 'SIGKILL');
    expect((await box.end(id)).exitCode).toBe(137);
    await box.runtime.kill(id, 15);
  });

  it('ends with the memory it may have', async () => {
    const { id } = await box.create(['sh', '-c', 'x=a; while :; do x=$x$x; done'], {
      hostConfig: { Memory: 16 * 1024 * 1024 },
    });
    await box.runtime.start(id);
    expect(await box.end(id)).toMatchObject({ exitCode: 137, oomKilled: true });
    expect(box.runtime.exitOf(id)?.oomKilled).toBe(true);
  });

  it('has Docker’s limits and protections', async () => {
    const script = [
      'grep -h CapEff /proc/self/status',
      'mount -t tmpfs x /tmp 2>&1',
      'cat /proc/kcore | wc -c',
      '(echo 1 > /proc/sys/kernel/hostname) 2>&1',
      'hostname',
      'ulimit -n',
      'unshare -m true 2>&1',
      'df /dev/shm | tail -1 | grep -o "65536 "',
    ].join('; ');
    const { stdout } = await box.run(['sh', '-c', script], {
      hostConfig: { Ulimits: [{ Name: 'nofile', Soft: 111, Hard: 222 }] },
    });
    const lines = stdout.toString();
    expect(lines).toContain('00000000a80425fb');
    expect(lines).toMatch(/permission denied|Operation not permitted/);
    expect(lines).toMatch(/Read-only file system/);
    expect(lines).toContain('box\n111\n');
    expect(lines).toContain('unshare: unshare(0x20000): Operation not permitted');
    expect(lines).toContain('65536 ');
  });

  it('can be told to do without them', async () => {
    const { stdout, exitCode } = await box.run(['sh', '-c', 'mount -t tmpfs x /tmp && unshare -m true && echo yes'], {
      hostConfig: { Privileged: true },
    });
    expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 0, stdout: 'yes\n' });
  });

  it('runs as whom it is told, read-only, with an init before it', async () => {
    const { stdout } = await box.run(['sh', '-c', 'id -u; touch /x 2>&1; tr "\\0" " " < /proc/1/cmdline'], {
      hostConfig: { Init: true },
      spec: {
        readonlyRootfs: true,
        process: {
          args: ['sh', '-c', 'id -u; touch /x 2>&1; tr "\\0" " " < /proc/1/cmdline'],
          env: ['PATH=/bin'],
          cwd: '/',
          tty: false,
          user: { uid: 7, gid: 8, additionalGids: [8] },
        },
      },
    });
    expect(stdout.toString()).toMatch(/^7\ntouch: \/x: Read-only file system\n\/sbin\/docker-init -- sh /);
  });
});

describe('a container that cannot be created', () => {
  it.each([
    ['nosuch', /exec: "nosuch": executable file not found in \$PATH: unknown$/],
    ['/bin/nosuch', /no such file or directory: unknown$/],
    ['/etc', /(permission denied|is a directory): unknown$/],
  ])('says why: %s', async (command, words) => {
    const error = await failure(box.create([command]));
    expect(error.message).toMatch(
      /^failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: /,
    );
    expect(error.message).toMatch(words);
    expect(isKind(error, 'invalid-argument')).toBe(true);
  });

  it('says so on a terminal too', async () => {
    expect((await failure(box.create(['nosuch'], { tty: true }))).message).toMatch(/executable file not found/);
  });

  it('says which mount does not fit', async () => {
    const mount = { destination: '/bin/busybox', type: 'bind', source: '/etc', options: ['rbind'] };
    const error = await failure(box.create(['true'], { spec: { mounts: [mount] } }));
    expect(error.message).toMatch(/not a directory.*: unknown: Are you trying to mount a directory onto a file/);
  });

  it('leaves nothing behind', async () => {
    const dirs = ['state', 'containers', 'exits'].map((name) => join(box.dir, 'runtime', name));
    const before = dirs.map((dir) => readdirSync(dir));
    await failure(box.create(['nosuch']));
    expect(dirs.map((dir) => readdirSync(dir))).toEqual(before);
  });

  it('is not one that can be worked with', async () => {
    expect(isKind(await failure(box.runtime.start('unknown')), 'conflict')).toBe(true);
    expect(isKind(await failure(box.runtime.kill('unknown', 9)), 'conflict')).toBe(true);
    expect(() => box.runtime.attach('unknown')).toThrow('container unknown is not running');
    await box.runtime.delete('unknown');
  });
});

describe('a process that ended between create and start', () => {
  it('cannot be started, and its end is told', async () => {
    const { id } = await box.create(['true']);
    await box.runtime.kill(id, 9);
    await box.end(id);
    expect((await failure(box.runtime.start(id))).message).toMatch(/container process is already dead/);
  });
});

describe('a running container', () => {
  it('can be paused, resumed, measured, limited anew and looked into', async () => {
    const { id, pid } = await box.create(['sh', '-c', 'sleep 1000 & while :; do :; done'], {
      hostConfig: { NanoCpus: 1e8, PidsLimit: 50, Memory: 64 * 1024 * 1024 },
    });
    await box.runtime.start(id);
    await expect.poll(async () => (await box.runtime.ps(id)).length).toBe(2);
    expect(await box.runtime.ps(id)).toContain(pid);
    await expect
      .poll(async () => (await box.runtime.stats(id)).cpu_stats.throttling_data.throttled_periods)
      .toBeGreaterThan(0);
    const stats = await box.runtime.stats(id);
    expect(stats.cpu_stats.cpu_usage.total_usage).toBeGreaterThan(0);
    expect(stats.cpu_stats.system_cpu_usage).toBeGreaterThan(stats.cpu_stats.cpu_usage.total_usage);
    expect(stats.memory_stats.usage).toBeGreaterThan(0);
    expect(stats.memory_stats.limit).toBe(64 * 1024 * 1024);
    expect(stats.pids_stats).toMatchObject({ current: 2, limit: 50 });

    await box.runtime.pause(id);
    const paused = (await box.runtime.stats(id)).cpu_stats.cpu_usage.total_usage;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await box.runtime.stats(id)).cpu_stats.cpu_usage.total_usage).toBe(paused);
    await box.runtime.resume(id);
    await expect
      .poll(async () => (await box.runtime.stats(id)).cpu_stats.cpu_usage.total_usage)
      .toBeGreaterThan(paused);

    await box.runtime.update(id, {
      memory: { limit: 128 * 1024 * 1024, swap: 256 * 1024 * 1024 },
      pids: { limit: 60 },
    });
    const updated = await box.runtime.stats(id);
    expect(updated.memory_stats.limit).toBe(128 * 1024 * 1024);
    expect(updated.pids_stats.limit).toBe(60);

    await box.runtime.kill(id, 'KILL', { all: true });
    await box.end(id);
  });

  it('is deleted with all of its processes', async () => {
    const { id, pid, startTime } = await box.create(['sleep', '1000']);
    await box.runtime.start(id);
    await box.runtime.delete(id);
    await expect.poll(() => isAlive({ pid, startTime })).toBe(false);
  });
});

describe('an older conmon', () => {
  it('without --full-attach puts its sockets behind a link', async () => {
    const older = await Box.make();
    try {
      const { conmon, ...program } = await older.runtime.program();
      const file = join(older.dir, 'runtime/program.json');
      const { key } = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ key, program: { ...program, conmon: { ...conmon, options: [] } } }));
      await older.restart();
      const { id, stdout } = await older.run(['echo', 'hi']);
      expect(stdout.toString()).toBe('hi\n');
      const sockets = join(older.dir, 'runtime/s');
      expect(readdirSync(sockets)).toEqual([id]);
      await older.runtime.delete(id);
      expect(readdirSync(sockets)).toEqual([]);
    } finally {
      await older.clear();
    }
  });
});

describe('names of files', () => {
  it('may hold any character', async () => {
    const odd = await Box.make();
    try {
      writeFileSync(join(odd.rootfs, 'etc/größe'), 'x');
      const mount = {
        destination: '/tmp/é',
        type: 'bind',
        source: join(odd.rootfs, 'etc/größe'),
        options: ['rbind', 'ro'],
      };
      const { stdout } = await odd.run(['sh', '-c', 'cat /tmp/é; echo ü'], { spec: { mounts: [mount] } });
      expect(stdout.toString()).toBe('xü\n');
    } finally {
      await odd.clear();
    }
  });
});
