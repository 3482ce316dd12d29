import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostError } from './host-error.ts';
import { MS, type Propagation, parseMountOptions } from './mount-options.ts';
import { isMountpoint, mountTable } from './mount-table.ts';
import { maskSecrets, mount, setPropagation, unmount, unmountAsync } from './mounts.ts';
import { scratch } from './testsuite/scratch.ts';

function folder(...parts: string[]): string {
  const path = join(...parts);
  mkdirSync(path, { recursive: true });
  return path;
}

function entry(mountpoint: string): ReturnType<typeof mountTable>[number] | undefined {
  return mountTable().findLast((one) => one.mountpoint === mountpoint);
}

function failure(work: () => void): HostError {
  try {
    work();
  } catch (error) {
    return error as HostError;
  }
  throw new Error('it did not fail');
}

describe('mount', () => {
  it('mounts with flags and data', () => {
    const target = folder(scratch(), 'm');
    mount({ source: 'tmpfs', target, type: 'tmpfs', ...parseMountOptions('nosuid,noexec,size=64k,mode=0711,uid=7') });
    expect(entry(target)).toMatchObject({ type: 'tmpfs', superOptions: expect.stringContaining('uid=7') });
    expect(entry(target)?.options).toEqual(expect.arrayContaining(['nosuid', 'noexec']));
  });

  it('applies the flags of a bind and its propagation, which mount(2) takes only by further calls', () => {
    const dir = scratch();
    const [source, target] = [folder(dir, 's'), folder(dir, 't')];
    mount({ source, target, type: 'none', ...parseMountOptions('bind,ro,noexec,rshared') });
    expect(entry(target)?.options).toEqual(expect.arrayContaining(['ro', 'noexec']));
    expect(entry(target)?.propagation.join()).toMatch(/shared:\d+/);
    expect(failure(() => writeFileSync(join(target, 'f'), ''))).toMatchObject({ code: 'EROFS' });
  });

  it('names source, target, flags and data in its error, without passwords', () => {
    const target = folder(scratch(), 'm');
    const call = {
      source: '//server/share',
      target,
      type: 'no-such-type',
      flags: MS.RDONLY,
      data: 'user=u,password=p,x',
    };
    expect(failure(() => mount(call))).toMatchObject({
      code: 'ENODEV',
      message: `mount //server/share:${target}, flags: 0x1, data: user=u,password=********,x: no such device`,
    });
    const bind = { source: '/no/such/place', target, type: '', flags: MS.BIND, data: '' };
    expect(failure(() => mount(bind)).message).toBe(
      `mount /no/such/place:${target}, flags: 0x1000: no such file or directory`,
    );
  });

  it('leaves nothing mounted where a later step fails', () => {
    const dir = scratch();
    const [source, target] = [folder(dir, 's'), folder(dir, 't')];
    // Two propagations at once are refused by the kernel, after the bind was made.
    const call = { source, target, type: '', flags: MS.BIND | MS.SHARED | MS.PRIVATE, data: '' };
    expect(failure(() => mount(call)).code).toBe('EINVAL');
    expect(isMountpoint(target)).toBe(false);
  });

  it('takes relative paths in data from a folder of its own choice', () => {
    const dir = scratch();
    const before = process.cwd();
    for (const name of ['low1', 'low2', 'up', 'work', 'merged']) folder(dir, name);
    writeFileSync(join(dir, 'low2/f'), 'lower');
    const data = 'lowerdir=low1:low2,upperdir=up,workdir=work';
    mount({ source: 'overlay', target: join(dir, 'merged'), type: 'overlay', flags: 0, data, cwd: dir });
    expect(readFileSync(join(dir, 'merged/f'), 'utf8')).toBe('lower');
    expect(process.cwd()).toBe(before);
  });
});

describe('unmount', () => {
  it('takes what is not mounted, or not there, as done', async () => {
    const dir = scratch();
    unmount(dir);
    unmount(join(dir, 'missing'));
    await unmountAsync(join(dir, 'missing'));
  });

  it('refuses what is in use, unless detached', () => {
    const target = folder(scratch(), 'm');
    mount({ source: 'tmpfs', target, type: 'tmpfs', flags: 0, data: '' });
    const before = process.cwd();
    process.chdir(target);
    try {
      expect(failure(() => unmount(target))).toMatchObject({
        code: 'EBUSY',
        message: `unmount ${target}: device or resource busy`,
      });
      unmount(target, { detach: true });
    } finally {
      process.chdir(before);
    }
    expect(isMountpoint(target)).toBe(false);
  });

  it('does not follow a link to a mount', () => {
    const dir = scratch();
    const target = folder(dir, 'm');
    mount({ source: 'tmpfs', target, type: 'tmpfs', flags: 0, data: '' });
    symlinkSync(target, join(dir, 'link'));
    unmount(join(dir, 'link'));
    expect(isMountpoint(target)).toBe(true);
  });
});

describe('setPropagation', () => {
  it.each<[Propagation, RegExp]>([
    ['shared', /^shared:\d+$/],
    ['rshared', /^shared:\d+$/],
    ['private', /^$/],
    ['unbindable', /^unbindable$/],
  ])('%s', (propagation, shown) => {
    const target = folder(scratch(), 'm');
    mount({ source: 'tmpfs', target, type: 'tmpfs', flags: 0, data: '' });
    setPropagation(target, propagation);
    expect(entry(target)?.propagation.join()).toMatch(shown);
  });

  it('makes a copy a slave: mounts come in and none go out', () => {
    const dir = scratch();
    const [master, copy] = [folder(dir, 'master'), folder(dir, 'copy')];
    mount({ source: 'tmpfs', target: master, type: 'tmpfs', flags: MS.SHARED, data: '' });
    mount({ source: master, target: copy, type: '', flags: MS.BIND | MS.SLAVE, data: '' });
    folder(master, 'in');
    folder(master, 'out');
    mount({ source: 'tmpfs', target: join(master, 'in'), type: 'tmpfs', flags: 0, data: '' });
    mount({ source: 'tmpfs', target: join(copy, 'out'), type: 'tmpfs', flags: 0, data: '' });
    expect([isMountpoint(join(copy, 'in')), isMountpoint(join(master, 'out'))]).toEqual([true, false]);
    expect(readdirSync(copy).sort()).toEqual(['in', 'out']);
  });
});

describe('maskSecrets', () => {
  it('hides every password and nothing else', () => {
    expect(maskSecrets('password=a,user=b,password2=c,pass=d,nopass,xpass=e')).toBe(
      'password=********,user=b,password2=********,pass=********,nopass,xpass=e',
    );
  });
});
