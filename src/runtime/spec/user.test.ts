import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveUser } from './user.ts';

let rootfs: string;
beforeEach(() => {
  rootfs = mkdtempSync(join(tmpdir(), 'holdfast-user-'));
  mkdirSync(join(rootfs, 'etc'));
  writeFileSync(
    join(rootfs, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nweb:x:33:34::/var/www:/bin/sh\n1000:x:5:5::/five:\nbroken\n',
  );
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\nwww:x:34:\nlogs:x:40:web,root\nmedia:x:41:web\n');
});
afterEach(() => rmSync(rootfs, { recursive: true }));

describe('resolveUser', () => {
  it('takes root where nothing is said, with the groups that list it', () => {
    expect(resolveUser(rootfs, '')).toEqual({ uid: 0, gid: 0, additionalGids: [0, 40], home: '/root' });
  });

  it('knows names, ids, and both with a group', () => {
    expect(resolveUser(rootfs, 'web')).toEqual({ uid: 33, gid: 34, additionalGids: [34, 40, 41], home: '/var/www' });
    expect(resolveUser(rootfs, '33').additionalGids).toEqual([34, 40, 41]);
    expect(resolveUser(rootfs, 'web:logs')).toEqual({ uid: 33, gid: 40, additionalGids: [40], home: '/var/www' });
    expect(resolveUser(rootfs, '7:8')).toEqual({ uid: 7, gid: 8, additionalGids: [8], home: '/' });
  });

  it('takes a number for an id, never for a name', () => {
    expect(resolveUser(rootfs, '1000')).toEqual({ uid: 1000, gid: 0, additionalGids: [0], home: '/' });
  });

  it('adds groups by name and by number', () => {
    expect(resolveUser(rootfs, '7', ['media', '99']).additionalGids).toEqual([0, 41, 99]);
  });

  it('says what it cannot find', () => {
    expect(() => resolveUser(rootfs, 'nobody')).toThrow(
      'unable to find user nobody: no matching entries in passwd file',
    );
    expect(() => resolveUser(rootfs, 'web:none')).toThrow(
      'unable to find group none: no matching entries in group file',
    );
    expect(() => resolveUser(rootfs, '0', ['none'])).toThrow('Unable to find group none');
    expect(() => resolveUser(rootfs, '2147483648')).toThrow('uids and gids must be in range 0-2147483647');
  });

  it('never reads outside of the root file system', () => {
    writeFileSync(join(rootfs, 'secret'), '');
    rmSync(join(rootfs, 'etc/passwd'));
    symlinkSync('/etc/passwd', join(rootfs, 'etc/passwd'));
    expect(() => resolveUser(rootfs, 'daemon')).toThrow(/unable to find user daemon/);
    expect(resolveUser(rootfs, '12').uid).toBe(12);
  });

  it('does not hang on a pipe and does not swallow a huge file', () => {
    rmSync(join(rootfs, 'etc/group'));
    execFileSync('mkfifo', [join(rootfs, 'etc/group')]);
    expect(resolveUser(rootfs, 'web').additionalGids).toEqual([34]);
    truncateSync(join(rootfs, 'etc/passwd'), 2 ** 40);
    expect(resolveUser(rootfs, 'web').uid).toBe(33);
  });
});
