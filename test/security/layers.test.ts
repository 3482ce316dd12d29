import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { semantics } from '../support/semantics.ts';
import { attack, loadImageWith, startVictim } from './attack.ts';

const { daemon, call } = semantics();

const mem = { name: 'evil/mem', type: 'character-device', devmajor: 1, devminor: 1, mode: 0o666 } as const;
const disk = { name: 'evil/disk', type: 'block-device', devmajor: 8, devminor: 0, mode: 0o666 } as const;
const setuid = { name: 'evil/id', content: '#!/bin/sh\n', mode: 0o6755 } as const;

beforeAll(async () => {
  // As a data root lies in practice: beneath folders that anybody may enter.
  chmodSync(daemon.folder, 0o755);
  await loadImageWith(daemon, 'evil:1', { entries: [{ name: 'evil', type: 'directory' }, mem, disk, setuid] });
});

describe('devices in an image', () => {
  const open =
    'for each in mem disk; do [ -c /evil/$each -o -b /evil/$each ] && echo there; head -c 1 /evil/$each; done; echo done';

  it('are there and cannot be opened, also in a volume that was seeded with them', async () => {
    const config = { Image: 'evil:1' };
    for (const hostConfig of [
      {},
      { Binds: ['seeded:/evil'] },
      { Mounts: [{ Type: 'image', Source: 'evil:1', Target: '/evil', ImageOptions: { Subpath: 'evil' } }] },
    ]) {
      const { output } = await attack(daemon, { script: open, hostConfig, config });
      expect(output.match(/there/g)).toHaveLength(2);
      expect(output.match(/Operation not permitted/g)).toHaveLength(2);
    }
  });

  it('nor can those that a container makes', async () => {
    const { output } = await attack(daemon, {
      script: `mkdir /evil; mknod /evil/mem c 1 1; mknod /evil/disk b 8 0; ${open}`,
    });
    expect(output.match(/Operation not permitted/g)?.length).toBeGreaterThanOrEqual(2);
    expect(output).toMatch(/done\n$/);
  });
});

describe('programs in an image that run as their owner', () => {
  it('do so, as with Docker, unless new privileges are refused', async () => {
    const script = 'grep NoNewPrivs /proc/self/status; stat -c %a /evil/id';
    const plain = await attack(daemon, { script, config: { Image: 'evil:1' } });
    expect(plain.output).toBe('NoNewPrivs:\t0\n6755\n');
    const hostConfig = { SecurityOpt: ['no-new-privileges'] };
    const guarded = await attack(daemon, { script, hostConfig, config: { Image: 'evil:1' } });
    expect(guarded.output).toBe('NoNewPrivs:\t1\n6755\n');
  });

  it('are out of reach of the users of the host (class of CVE-2021-41091)', async () => {
    await attack(daemon, { script: 'cp /bin/busybox /v/su; chmod 6755 /v/su', hostConfig: { Binds: ['holder:/v'] } });
    const su = join(daemon.dataRoot, 'volumes/holder/_data/su');
    expect(statSync(su).mode & 0o7777).toBe(0o6755);
    const places = [su, ...findSetuid(daemon.dataRoot)];
    expect(places.length).toBeGreaterThan(1);
    for (const place of places) expect(asNobody(['/bin/cat', place]).stderr).toContain('Permission denied');
    expect(asNobody(['/bin/ls', daemon.dataRoot]).stderr).toContain('Permission denied');
  });
});

/** Layers of images lie unpacked in the data root. */
function findSetuid(root: string): string[] {
  const { stdout } = spawnSync('find', [root, '-name', 'id', '-perm', '-4000'], { encoding: 'utf8' });
  return stdout.split('\n').filter((path) => path !== '');
}

function asNobody([program = '', ...args]: string[]) {
  return spawnSync(program, args, { uid: 65534, gid: 65534, encoding: 'utf8', env: {} });
}

describe('the engine’s own places', () => {
  it('are closed to the users of the host while containers run', async () => {
    const id = await startVictim(daemon, { script: 'sleep 1000', hostConfig: { Binds: ['held:/v'] } });
    const closed = (path: string) => (statSync(path).mode & 0o007) === 0;
    expect(closed(daemon.dataRoot)).toBe(true);
    for (const name of readdirSync(daemon.execRoot))
      expect(`${name} ${closed(join(daemon.execRoot, name))}`).toBe(`${name} true`);
    expect(asNobody(['/bin/ls', daemon.execRoot]).stderr).toContain('Permission denied');
    await call(`DELETE /containers/${id}?force=1`);
  });

  it('the socket is root’s and one group’s', () => {
    const { uid, mode } = statSync(daemon.socket);
    expect({ uid, mode: mode & 0o7777 }).toEqual({ uid: 0, mode: 0o660 });
    const script = `require('net').connect(${JSON.stringify(daemon.socket)}).on('error', (error) => console.log(error.code))`;
    expect(asNobody([process.execPath, '-e', script]).stdout).toBe('EACCES\n');
  });
});
