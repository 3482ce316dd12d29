import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mount, unmount } from '../../host/index.ts';
import { first, mount as mountRequest, pointsOf } from '../testsuite/mount-plan.ts';
import { scratchFolder } from '../testsuite/scratch.ts';
import { takeOver } from './take-over.ts';

const owner = { uid: 1000, gid: 1000 };
const dataRoot = '/var/lib/holdfast';

describe('taking over a mount', () => {
  test('is asked for by mode U and by Chown, and not inherited', () => {
    expect(first({ binds: ['data:/m:U'] })).toMatchObject({ takeOver: true, rw: true, mode: 'U' });
    expect(first({ binds: ['/srv/x:/m:ro,U'] })).toMatchObject({ takeOver: true, rw: false, mode: 'ro,U' });
    expect(first({ mounts: [mountRequest({ Source: 'data', Chown: true })] }).takeOver).toBe(true);
    expect(first({ binds: ['data:/m'] }).takeOver).toBe(false);
    const mountPoints = pointsOf({ binds: ['data:/m:U'] });
    expect(first({ volumesFrom: [{ spec: 'other', mountPoints }] }).takeOver).toBe(false);
    expect(() => first({ volumesFrom: [{ spec: 'other:U', mountPoints }] })).toThrow('invalid mode: U');
    expect(() => first({ mounts: [mountRequest({ Type: 'tmpfs', Chown: true })] })).toThrow(
      'invalid mount config for type "tmpfs": field Chown must not be specified',
    );
  });

  test.each([
    '/',
    '/etc',
    '/etc/nginx',
    '/usr/share',
    '/home',
    '/home/somebody',
    '/root/',
    '/var//lib',
    '/tmp',
    '/var/lib/holdfast',
    '/lib/modules',
  ])('is refused for %s when the container is made', (source) => {
    expect(() => first({ binds: [`${source}:/m:U`] })).toThrow(/cannot give .* to the container's user/);
    expect(() => first({ mounts: [mountRequest({ Type: 'bind', Source: source, Chown: true })] })).toThrow(
      'cannot give',
    );
  });

  test.each(['/srv/app', '/home/somebody/app', '/var/lib/app', '/etcetera', '/var/lib/holdfast/volumes/x/_data'])(
    'is fine for %s',
    (source) => {
      expect(first({ binds: [`${source}:/m:U`] }).takeOver).toBe(true);
    },
  );

  test('gives a folder away, with what is in it', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(await takeOver(folder, owner, { dataRoot })).toEqual([]);
    expect(statSync(join(folder, 'file'))).toMatchObject(owner);
  });

  test('refuses what a link, or a mount, turns out to be', async () => {
    const folder = scratchFolder();
    symlinkSync('/usr/lib', join(folder, 'link'));
    await expect(takeOver(join(folder, 'link'), owner, { dataRoot })).rejects.toThrow('cannot give');
    const bound = join(folder, 'bound');
    mkdirSync(bound);
    mount({ source: '/srv', target: bound, type: 'none', flags: 0x1000, data: '' });
    try {
      await expect(takeOver(bound, owner, { dataRoot })).rejects.toThrow('cannot give /srv to');
    } finally {
      unmount(bound);
    }
    const above = join(folder, 'data', 'root');
    mkdirSync(above, { recursive: true });
    await expect(takeOver(join(folder, 'data'), owner, { dataRoot: above })).rejects.toThrow('cannot give');
    expect(statSync('/srv').uid).toBe(0);
  });
});
