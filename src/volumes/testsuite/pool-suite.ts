import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getXattr, mountpointsBeneath, setXattr, statfs, syncfs } from '../../host/index.ts';
import type { PoolDriver } from '../pools/index.ts';

/** A driver, and a folder of the file system that it is for; each call gives an empty one. */
export interface PoolUnderTest {
  driver: PoolDriver;
  root: string;
}

const MiB = 1024 * 1024;

/** What every pool driver must do; the contract in pool-driver.ts, as tests. */
export function describePoolDriver(title: string, open: () => Promise<PoolUnderTest>): void {
  describe(`${title} keeps the contract of pool drivers`, () => {
    describeCopies(open);
    describeRemovals(open);
    describeLimits(open);
  });
}

/** A volume's folder with a folder of data in it. */
async function volumeIn({ driver, root }: PoolUnderTest, name = 'volume'): Promise<string> {
  const data = join(root, name, '_data');
  mkdirSync(dirname(data));
  driver.create(data);
  return data;
}

function describeCopies(open: () => Promise<PoolUnderTest>): void {
  test('makes folders that are empty and nobody else’s', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    expect(readdirSync(data)).toEqual([]);
    expect(statSync(data)).toMatchObject({ uid: 0, gid: 0 });
    expect(() => pool.driver.create(data)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
  });

  test('copies all that there is to a file, and the copy goes its own way', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    writeFileSync(join(data, 'file'), 'before');
    chownSync(join(data, 'file'), 1000, 50);
    chmodSync(join(data, 'file'), 0o4711);
    setXattr(join(data, 'file'), 'user.note', Buffer.from('x'));
    linkSync(join(data, 'file'), join(data, 'same'));
    writeFileSync(join(data, 'sparse'), '');
    truncateSync(join(data, 'sparse'), 64 * MiB);
    chmodSync(data, 0o2750);
    const copy = `${dirname(data)}/copy`;
    await pool.driver.copy(data, copy);
    writeFileSync(join(data, 'file'), 'after');
    expect(readFileSync(join(copy, 'file'), 'utf8')).toBe('before');
    expect(statSync(join(copy, 'file'))).toMatchObject({ uid: 1000, gid: 50, mode: 0o104711, nlink: 2 });
    expect(getXattr(join(copy, 'file'), 'user.note')?.toString()).toBe('x');
    expect(statSync(join(copy, 'sparse'))).toMatchObject({ size: 64 * MiB, blocks: 0 });
    expect(statSync(copy).mode & 0o7777).toBe(0o2750);
    writeFileSync(join(copy, 'new'), '');
    expect(existsSync(join(data, 'new'))).toBe(false);
  });

  test('takes no room for a copy where it says so', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    writeFileSync(join(data, 'file'), Buffer.alloc(32 * MiB, 7));
    await syncfs(pool.root);
    const before = statfs(pool.root).freeBytes;
    await pool.driver.copy(data, `${dirname(data)}/copy`);
    await syncfs(pool.root);
    const taken = before - statfs(pool.root).freeBytes;
    if (pool.driver.hasInstantCopies) expect(taken).toBeLessThan(8 * MiB);
    else expect(taken).toBeGreaterThan(24 * MiB);
  });

  test('leaves nothing of a copy that is cancelled', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    writeFileSync(join(data, 'file'), Buffer.alloc(MiB, 7));
    const copy = `${dirname(data)}/copy`;
    const cancelling = new AbortController();
    const { signal } = cancelling;
    const copying = pool.driver.copy(data, copy, { signal, onProgress: () => cancelling.abort() });
    const done = await copying.then(
      () => true,
      (error) => {
        expect(error).toMatchObject({ kind: 'cancelled' });
        return false;
      },
    );
    // A copy that takes no time cannot be cut off.
    expect(existsSync(copy)).toBe(done);
  });
}

function describeRemovals(open: () => Promise<PoolUnderTest>): void {
  test('removes a volume’s folder whatever is in it, also copies that cannot be written to', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    writeFileSync(join(data, 'file'), 'x');
    const snapshot = join(dirname(data), 'snapshots', 'one', '_data');
    mkdirSync(dirname(snapshot), { recursive: true });
    await pool.driver.copy(data, snapshot, { readOnly: true });
    expect(readFileSync(join(snapshot, 'file'), 'utf8')).toBe('x');
    await pool.driver.copy(snapshot, join(dirname(data), 'back'));
    writeFileSync(join(dirname(data), 'back', 'file'), 'y');
    await pool.driver.remove(dirname(data));
    await pool.driver.remove(dirname(data));
    expect(readdirSync(pool.root).filter((name) => name !== 'lost+found')).toEqual([]);
  });

  test('renames a volume’s folder with all that it is', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    await pool.driver.setLimit(data, 20 * MiB);
    writeFileSync(join(data, 'file'), 'x');
    renameSync(dirname(data), join(pool.root, '.trash'));
    expect(readFileSync(join(pool.root, '.trash', '_data', 'file'), 'utf8')).toBe('x');
    await pool.driver.remove(join(pool.root, '.trash'));
    expect(mountpointsBeneath(pool.root)).toEqual([]);
  });
}

/** Whatever errno it is that says so: no room (ENOSPC), or over the quota (EDQUOT). */
const isFull = (error: unknown): boolean => {
  const { code, errno } = error as { code?: string; errno?: number };
  return code === 'ENOSPC' || errno === -122;
};

function fill(path: string, bytes: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(bytes, 1), { flush: true });
    return true;
  } catch (error) {
    if (isFull(error)) return false;
    throw error;
  }
}

function describeLimits(open: () => Promise<PoolUnderTest>): void {
  test('limits what a folder holds, grows while it is in use, and shrinks', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    writeFileSync(join(data, 'file'), 'kept');
    chmodSync(data, 0o750);
    await pool.driver.setLimit(data, 32 * MiB);
    expect([readFileSync(join(data, 'file'), 'utf8'), statSync(data).mode & 0o777]).toEqual(['kept', 0o750]);
    expect(readdirSync(data)).toEqual(['file']);
    expect(pool.driver.usage(data)?.limit).toBe(32 * MiB);
    expect(fill(join(data, 'big'), 40 * MiB)).toBe(false);
    // What is full must not be so for ever.
    rmSync(join(data, 'big'));
    await pool.driver.setLimit(data, 64 * MiB);
    expect(fill(join(data, 'big'), 40 * MiB)).toBe(true);
    expect(pool.driver.usage(data)?.limit).toBe(64 * MiB);
    await syncfs(data);
    expect(pool.driver.usage(data)?.used).toBeGreaterThan(40 * MiB);
    rmSync(join(data, 'big'));
    await syncfs(data);
    await pool.driver.setLimit(data, 24 * MiB);
    expect(fill(join(data, 'big'), 32 * MiB)).toBe(false);
    await pool.driver.setLimit(data, 0);
    expect(fill(join(data, 'big'), 40 * MiB)).toBe(true);
    expect(readFileSync(join(data, 'file'), 'utf8')).toBe('kept');
    expect(pool.driver.usage(data)?.limit ?? 0).toBe(0);
  });

  test('refuses a limit below what is there', async () => {
    const pool = await open();
    const data = await volumeIn(pool);
    await pool.driver.setLimit(data, 64 * MiB);
    expect(fill(join(data, 'big'), 40 * MiB)).toBe(true);
    await syncfs(data);
    await expect(pool.driver.setLimit(data, 16 * MiB)).rejects.toMatchObject({ kind: 'invalid-argument' });
    expect(statSync(join(data, 'big')).size).toBe(40 * MiB);
  });
}
