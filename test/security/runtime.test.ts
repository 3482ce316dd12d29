import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { semantics } from '../support/semantics.ts';
import { attack, loadImageWith, type Outcome, startVictim } from './attack.ts';

const { daemon, docker, call } = semantics();

/** A file of the host that no container is given. */
const secret = join(daemon.folder, 'secret');
const descriptors = Array.from({ length: 10 }, (_each, index) => index + 3);

beforeAll(() => {
  mkdirSync(daemon.folder, { recursive: true });
  writeFileSync(secret, 'secret of the host');
});

describe('file descriptors (class of CVE-2024-21626, CVE-2016-9962)', () => {
  const list = 'for each in 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do readlink /proc/self/fd/$each; done; echo end';

  it('a container gets none but its streams', async () => {
    const { output } = await attack(daemon, { script: `exec 2>/dev/null; ${list}` });
    expect(output).toBe('end\n');
  });

  it('a command in it gets none either', async () => {
    const id = await startVictim(daemon, { script: 'sleep 1000' });
    expect(await docker.ok('exec', id, 'sh', '-c', list)).toBe('end');
    expect((await docker.ok('exec', '-t', id, 'sh', '-c', list)).trim()).toBe('end');
    await docker.ok('rm', '-f', id);
  });

  it('a working folder that is one leads to no file of the host', async () => {
    const climb = `${'../'.repeat(20)}${secret}`;
    await loadImageWith(daemon, 'work:1', {
      entries: descriptors.map((fd) => ({ name: `work${fd}`, type: 'symlink', linkname: `/proc/self/fd/${fd}` })),
    });
    const folders = descriptors.flatMap((fd) => [`/proc/self/fd/${fd}`, `/work${fd}`]);
    const script = `cat ${climb}; ls ${'../'.repeat(20)}${daemon.folder}`;
    for (const WorkingDir of folders) {
      const { status, message, output } = await attack(daemon, { script, config: { Image: 'work:1', WorkingDir } });
      expect(`${status} ${message} ${output}`).not.toMatch(/secret of the host|holdfast\.sock/);
    }
  }, 120_000);

  it('nor does that of a command in a container', async () => {
    const id = await startVictim(daemon, { script: 'sleep 1000' });
    for (const fd of descriptors) {
      const { stdout, stderr } = await docker.run([
        'exec',
        '-w',
        `/proc/self/fd/${fd}`,
        id,
        'cat',
        `${'../'.repeat(20)}${secret}`,
      ]);
      expect(stdout + stderr).not.toContain('secret of the host');
      expect(stdout + stderr).not.toBe('');
    }
    await docker.ok('rm', '-f', id);
  }, 120_000);
});

describe('the program of the runtime (class of CVE-2019-5736)', () => {
  it('cannot be opened for writing by what it runs', async () => {
    const { body } = await call('GET /info');
    const { DefaultRuntime, Runtimes } = body as { DefaultRuntime: string; Runtimes: Record<string, { path: string }> };
    const runtime = Runtimes[DefaultRuntime]?.path ?? '';
    const before = createHash('sha256').update(readFileSync(runtime)).digest('hex');
    // The command of an exec is the runtime's own program, by way of a link: with its libraries there, it runs, and
    // waits for a specification that nobody writes. Its program file is opened meanwhile, and for writing once it ended.
    await loadImageWith(daemon, 'exe:1', {
      entries: [
        { name: 'bin/evil', type: 'symlink', linkname: '/proc/self/exe' },
        { name: 'bundle', type: 'directory' },
      ],
    });
    const script = `
      mkfifo /bundle/config.json; echo ready > /ready
      exec 4>/bundle/config.json
      for each in /proc/[0-9]*; do
        case "$(readlink $each/exe)" in ''|*busybox) ;; *) evil=$each ;; esac
      done
      echo "program: $(readlink $evil/exe)"
      exec 3<$evil/exe
      echo '{}' >&4; exec 4>&-
      while [ -e $evil ]; do :; done
      ( : >> /proc/self/fd/3 ) && echo OPENED
      echo tried`;
    const libraries = ['/lib', '/lib64', '/usr/lib']
      .filter((path) => existsSync(path))
      .map((path) => `${path}:${path}:ro`);
    const id = await startVictim(daemon, { script, hostConfig: { Binds: libraries }, config: { Image: 'exe:1' } });
    while ((await docker.run(['exec', id, 'cat', '/ready'])).exitCode !== 0);
    await docker.run(['exec', id, 'evil', 'run', '--bundle', '/bundle', 'x']);
    await docker.ok('wait', id);
    const { stdout, stderr } = await docker.run(['logs', id]);
    await docker.ok('rm', '-f', id);
    expect(stdout).toMatch(/program: .+\n/);
    expect(stdout).toMatch(/tried\n$/);
    expect(stdout).not.toContain('OPENED');
    expect(stderr).toMatch(/can't create \/proc\/self\/fd\/3/);
    expect(createHash('sha256').update(readFileSync(runtime)).digest('hex')).toBe(before);
  });
});

describe('paths of the kernel in the image (class of CVE-2019-19921, CVE-2023-27561, CVE-2025-31133)', () => {
  const masked = /crw-rw-rw- .* 1, {3}3 .* \/proc\/keys\n/;
  const look = 'ls -l /proc/keys; cat /proc/keys; grep " /proc " /proc/self/mountinfo';

  it.each(['proc', 'sys', 'dev'])('an image whose /%s is a link does not start', async (name) => {
    const entries = [
      { name, type: 'symlink', linkname: '/elsewhere' },
      { name: 'elsewhere/keys', content: 'shown' },
    ] as const;
    await loadImageWith(daemon, 'link:1', { entries });
    const { status, output } = await attack(daemon, { script: look, config: { Image: 'link:1' } });
    expect(output).toBe('');
    expect(status).not.toBe(204);
  });

  it('what an image has at /dev/null is not what masks', async () => {
    await loadImageWith(daemon, 'null:1', {
      entries: [{ name: 'dev/null', type: 'symlink', linkname: '/etc/passwd' }],
    });
    const { output } = await attack(daemon, { script: look, config: { Image: 'null:1' } });
    expect(output).toMatch(/^crw-rw-rw- .* 1, {3}3 .* \/proc\/keys\n\S+ \S+ \S+ \/ \/proc rw,.* - proc proc rw\n$/);
  });

  /** Either it does not start, by our word or the runtime's, or it is masked as it should be. */
  const expectMasked = ({ status, output }: Outcome) => {
    if (status === 204) expect(output).toMatch(masked);
    else expect(output).toBe('');
  };

  it('an image with a volume at /dev cannot choose what masks', async () => {
    const entries = [{ name: 'dev/null', type: 'symlink', linkname: '/proc/sys/kernel/panic' }] as const;
    await loadImageWith(daemon, 'volume:1', { entries, config: { Volumes: { '/dev': {} } } });
    expectMasked(await attack(daemon, { script: look, config: { Image: 'volume:1', Tty: false } }));
  });

  it('nor do volumes or a tmpfs at /dev, by that name or through a link', async () => {
    await loadImageWith(daemon, 'alias:1', { entries: [{ name: 'alias', type: 'symlink', linkname: '/dev' }] });
    await attack(daemon, { script: 'ln -s /proc/self/status /v/null', hostConfig: { Binds: ['linked-dev:/v'] } });
    const places = [['empty-dev:/dev'], ['linked-dev:/dev'], ['linked-dev:/alias']].map((Binds) => ({ Binds }));
    for (const hostConfig of [...places, { Tmpfs: { '/dev': '' } }]) {
      expectMasked(await attack(daemon, { script: look, hostConfig, config: { Image: 'alias:1', Tty: false } }));
    }
  });

  it('the host’s own /dev may be mounted there, and masks', async () => {
    const { output } = await attack(daemon, {
      script: look,
      hostConfig: { Binds: ['/dev:/dev'] },
      config: { Tty: false },
    });
    expect(output).toMatch(masked);
  });
});

describe('what a container gets without asking', () => {
  it('no control group to write to, nor a way to mount one (class of CVE-2023-25809, CVE-2022-0492)', async () => {
    const { output } = await attack(daemon, {
      script: `
        grep -E ' - cgroup2? ' /proc/self/mountinfo | cut -d ' ' -f 5 > /groups; [ -s /groups ] || echo NONE
        for each in $(cat /groups); do mkdir $each/evil && echo MADE; done 2>/dev/null
        mkdir /mnt2; for each in cgroup cgroup2 proc sysfs tmpfs; do mount -t $each evil /mnt2 && echo MOUNTED; done 2>/dev/null
        unshare -m true 2>/dev/null && echo UNSHARED; unshare -U true 2>/dev/null && echo UNSHARED; echo end`,
    });
    expect(output).toBe('end\n');
  });

  it('no capability that a program of another user inherits (class of CVE-2022-24769)', async () => {
    const script = 'grep -E "CapInh|CapEff" /proc/self/status';
    const root = await attack(daemon, { script });
    expect(root.output).toMatch(/^CapInh:\t0{16}\n/);
    const user = await attack(daemon, { script, config: { User: '1000:1000' } });
    expect(user.output).toMatch(/^CapInh:\t0{16}\nCapEff:\t0{16}\n$/);
  });

  it('no socket of the engine by an abstract name, with the network of the host (class of CVE-2020-15257)', async () => {
    const id = await startVictim(daemon, { script: 'sleep 1000' });
    await docker.ok('exec', '-d', id, 'sleep', '1000');
    const { output } = await attack(daemon, { script: 'cat /proc/net/unix', hostConfig: { NetworkMode: 'host' } });
    await docker.ok('rm', '-f', id);
    const engines = output.split('\n').filter((line) => line.includes(daemon.folder) || line.includes(id));
    // That the host's sockets are seen at all, the engine's own shows, which has a path.
    expect(engines.join()).toContain(daemon.socket);
    expect(engines.filter((line) => line.includes('@'))).toEqual([]);
  });
});
