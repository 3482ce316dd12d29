import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BindOptions, bindByRemount, bindMount } from './bind-mount.ts';
import { codeOf } from './host-error.ts';
import { O_PATH } from './in-root.ts';
import { MS } from './mount-options.ts';
import { isMountpoint, mountTable } from './mount-table.ts';
import { mount } from './mounts.ts';
import { scratch } from './testsuite/scratch.ts';

interface Places {
  dir: string;
  source: string;
  target: string;
}

/** A source with a file, and a tmpfs mounted inside it. */
function places(): Places {
  const dir = scratch();
  const [source, target] = [join(dir, 'source'), join(dir, 'target')];
  mkdirSync(join(source, 'inner'), { recursive: true });
  mkdirSync(target);
  writeFileSync(join(source, 'f'), 'content');
  mount({ source: 'tmpfs', target: join(source, 'inner'), type: 'tmpfs', flags: MS.NOSUID | MS.NODEV, data: '' });
  return { dir, source, target };
}

function writable(path: string): boolean {
  try {
    writeFileSync(join(path, 'probe'), '');
    return true;
  } catch (error) {
    if (codeOf(error) === 'EROFS') return false;
    throw error;
  }
}

type Bind = (source: string, target: string, options: BindOptions) => void;

describe.each<[string, Bind]>([
  ['bindMount', bindMount],
  ['bindByRemount', bindByRemount],
])('%s', (_, bind) => {
  it('shows the source', () => {
    const { source, target } = places();
    bind(source, target, {});
    expect(readFileSync(join(target, 'f'), 'utf8')).toBe('content');
    expect([writable(target), isMountpoint(join(target, 'inner'))]).toEqual([true, false]);
  });

  it('takes inner mounts along, still writable in a read-only bind', () => {
    const { source, target } = places();
    bind(source, target, { recursive: true, readOnly: true });
    expect(isMountpoint(join(target, 'inner'))).toBe(true);
    expect([writable(target), writable(join(target, 'inner'))]).toEqual([false, true]);
    expect(writable(source)).toBe(true);
  });

  it('makes inner mounts read-only too when asked, keeping their other flags', () => {
    const { source, target } = places();
    bind(source, target, { recursive: true, recursiveReadOnly: true });
    expect([writable(target), writable(join(target, 'inner'))]).toEqual([false, false]);
    expect([writable(source), writable(join(source, 'inner'))]).toEqual([true, true]);
    const inner = mountTable().find((entry) => entry.mountpoint === join(target, 'inner'));
    expect(inner?.options).toEqual(expect.arrayContaining(['ro', 'nosuid', 'nodev']));
  });

  it('sets the propagation, also below a shared mount', () => {
    const { dir, source } = places();
    const shared = join(dir, 'shared');
    mkdirSync(shared);
    mount({ source: 'tmpfs', target: shared, type: 'tmpfs', flags: MS.SHARED, data: '' });
    for (const propagation of ['rprivate', 'rshared', 'rslave'] as const) {
      const target = join(shared, propagation);
      mkdirSync(target);
      bind(source, target, { recursive: true, propagation });
      const shown =
        mountTable()
          .findLast((entry) => entry.mountpoint === target)
          ?.propagation.join() ?? '';
      expect(shown).toMatch({ rprivate: /^$/, rshared: /^shared:/, rslave: /^(master:\d+)?$/ }[propagation]);
    }
  });

  it('says what is missing', () => {
    const { source, target } = places();
    expect(() => bind('/no/such/place', target, {})).toThrowError(
      `mount /no/such/place:${target}, flags: 0x1000: no such file or directory`,
    );
    expect(() => bind(source, '/no/such/place', { recursive: true })).toThrowError(
      `mount ${source}:/no/such/place, flags: 0x5000: no such file or directory`,
    );
    expect(() => bind(join(source, 'f'), target, {})).toThrowError(/not a directory$/);
  });

  it('binds a file onto a file', () => {
    const { dir, source } = places();
    const target = join(dir, 'file');
    writeFileSync(target, '');
    bind(join(source, 'f'), target, { readOnly: true });
    expect(readFileSync(target, 'utf8')).toBe('content');
    expect(() => writeFileSync(target, 'x')).toThrowError(/EROFS/);
  });
});

describe('bindMount of open files', () => {
  it('takes both ends as /proc/self/fd/N, attributes included', () => {
    const { source, target } = places();
    const [from, to] = [openSync(source, O_PATH), openSync(target, O_PATH)];
    try {
      bindMount(`/proc/self/fd/${from}`, `/proc/self/fd/${to}`, { readOnly: true, propagation: 'rslave' });
    } finally {
      closeSync(from);
      closeSync(to);
    }
    expect(isMountpoint(target)).toBe(true);
    expect(writable(target)).toBe(false);
  });
});
