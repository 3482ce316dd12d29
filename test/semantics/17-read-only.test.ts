import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal, semantics } from '../support/semantics.ts';

const { call, daemon, docker, holdfast } = semantics();

const folder = join(daemon.folder, 'bound');
mkdirSync(folder);
const shell = (command: string) => ['alpine', 'sh', '-c', command];
const mounts = ['-v', 'writable:/new/vol', '-v', 'sealed:/sealed:ro', '-v', `${folder}:/bind`, '--tmpfs', '/memory'];
const tryAll = (...paths: string[]) =>
  shell(`for d in ${paths.join(' ')}; do touch $d/x 2>/dev/null && echo $d; done; true`);

describe('17 a read-only root file system', () => {
  it.each([docker, holdfast])('17.1 volumes, binds and tmpfs stay writable unless ro, by $name', async (cli) => {
    const look = tryAll('/', '/etc', '/new', '/new/vol', '/sealed', '/bind', '/memory', '/dev', '/dev/shm', '/sys');
    const writable = await cli.ok('run', '--rm', '--read-only', ...mounts, ...look);
    expect(writable.split('\n')).toEqual(['/new/vol', '/bind', '/memory', '/dev', '/dev/shm']);
  });

  it('17.1 so it is after a restart, with what was written', async () => {
    const id = await docker.ok(
      'create',
      '--read-only',
      '-v',
      'again:/data',
      ...shell('echo x >> /data/f; cat /data/f; touch /y'),
    );
    expect((await docker.run(['start', '-a', id])).stdout).toBe('x\n');
    expect((await docker.run(['start', '-a', id])).stdout).toBe('x\nx\n');
    expect(await docker.ok('diff', id)).not.toContain('/y');
  });

  it('17.1 default mounts become read-only but for /proc, /dev and three in it', async () => {
    const look = shell(
      `awk '$5 ~ "^/(proc|sys|dev|dev/[a-z]+)$" { print $5, substr($6, 1, 2) }' /proc/self/mountinfo | sort`,
    );
    expect(await docker.ok('run', '--rm', '--read-only', ...look)).toBe(
      '/dev rw\n/dev/mqueue rw\n/dev/pts rw\n/dev/shm rw\n/proc rw\n/sys ro',
    );
  });

  it('17.2 hosts, hostname and resolv.conf follow the root file system', async () => {
    const look = shell(`awk '$5 ~ "^/etc/" { print $5, substr($6, 1, 2) }' /proc/self/mountinfo | sort`);
    const all = (mode: string) => ['hostname', 'hosts', 'resolv.conf'].map((name) => `/etc/${name} ${mode}`).join('\n');
    expect(await docker.ok('run', '--rm', '--read-only', ...look)).toBe(all('ro'));
    expect(await docker.ok('run', '--rm', ...look)).toBe(all('rw'));
  });

  it('17.2 but one that the user mounts is as the user says', async () => {
    const hosts = join(daemon.folder, 'hosts');
    writeFileSync(hosts, '');
    const bind = ['-v', `${hosts}:/etc/hosts`];
    expect(
      await docker.ok('run', '--rm', '--read-only', ...bind, ...shell('echo mine > /etc/hosts && cat /etc/hosts')),
    ).toBe('mine');
  });

  it('17.2 mount points that are missing are made all the same', async () => {
    const flags = ['-v', 'writable:/made/here', '--tmpfs', '/made/there', '-v', `${folder}:/made/too`];
    expect(
      await docker.ok(
        'run',
        '--rm',
        '--read-only',
        ...flags,
        ...shell('ls /made; touch /made/x 2>&1 | grep -o Read-only'),
      ),
    ).toBe('here\nthere\ntoo\nRead-only');
  });

  it('17.3 nothing is copied into what is read-only', async () => {
    const file = join(daemon.folder, 'file');
    writeFileSync(file, '');
    const id = await docker.ok('create', '--read-only', ...mounts, 'alpine');
    const into = (path: string) => docker.run(['cp', file, `${id}:${path}`]);
    expect((await into('/etc/file')).stderr).toContain('container rootfs is marked read-only');
    expect((await into('/sealed/file')).stderr).toContain('mounted volume is marked read-only');
    expect((await into('/new/vol/file')).exitCode).toBe(0);
    expect((await into('/bind/file')).exitCode).toBe(0);
    expect(refusal(await call(`PUT /containers/${id}/archive?path=/etc`))).toBe(
      '400 container rootfs is marked read-only',
    );
    expect(refusal(await call(`PUT /containers/${id}/archive?path=/sealed`))).toBe(
      '400 mounted volume is marked read-only',
    );
  });

  it('17.3 a read-only volume is so in a writable container as well', async () => {
    const id = await docker.ok('create', '-v', 'sealed:/sealed:ro', 'alpine');
    expect(refusal(await call(`PUT /containers/${id}/archive?path=/sealed`))).toBe(
      '400 mounted volume is marked read-only',
    );
  });
});
