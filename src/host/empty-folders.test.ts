import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EmptyFolders } from './empty-folders.ts';
import { mount } from './mounts.ts';
import { memoryScratch } from './testsuite/scratch.ts';

/** A folder that has lain untouched for so long that what is found of it is remembered. */
async function settled(): Promise<string> {
  const dir = join(memoryScratch(), 'folder');
  mkdirSync(dir);
  await sleep(150);
  return dir;
}

describe('EmptyFolders', () => {
  it('sees what is put in and taken out, however soon', async () => {
    const dir = await settled();
    const empty = new EmptyFolders();
    expect([empty.has(dir), empty.has(dir)]).toEqual([true, true]);
    for (let round = 0; round < 500; round += 1) {
      writeFileSync(join(dir, 'file'), '');
      expect(empty.has(dir)).toBe(false);
      rmSync(join(dir, 'file'));
      expect(empty.has(dir)).toBe(true);
    }
  });

  it('remembers a folder that was not empty until it is', async () => {
    const dir = await settled();
    mkdirSync(join(dir, 'inside'));
    await sleep(150);
    const empty = new EmptyFolders();
    expect([empty.has(dir), empty.has(dir)]).toEqual([false, false]);
    rmSync(join(dir, 'inside'), { recursive: true });
    expect(empty.has(dir)).toBe(true);
  });

  it('knows a folder from another in its place', async () => {
    const dir = await settled();
    const empty = new EmptyFolders();
    expect(empty.has(dir)).toBe(true);
    renameSync(dir, `${dir}.away`);
    expect(empty.has(dir)).toBe(false);
    mkdirSync(join(dir, 'inside'), { recursive: true });
    expect(empty.has(dir)).toBe(false);
    rmSync(dir, { recursive: true });
    renameSync(`${dir}.away`, dir);
    expect(empty.has(dir)).toBe(true);
    mount({ source: 'tmpfs', target: dir, type: 'tmpfs', flags: 0, data: '' });
    writeFileSync(join(dir, 'file'), '');
    expect(empty.has(dir)).toBe(false);
  });

  it('looks where a link leads', async () => {
    const dir = await settled();
    symlinkSync(dir, `${dir}.link`);
    const empty = new EmptyFolders();
    expect([empty.has(`${dir}.link`), empty.has(`${dir}.link`)]).toEqual([true, true]);
    writeFileSync(join(dir, 'file'), '');
    expect(empty.has(`${dir}.link`)).toBe(false);
  });

  it('takes nothing else for an empty folder', () => {
    const dir = memoryScratch();
    writeFileSync(join(dir, 'file'), '');
    const empty = new EmptyFolders();
    expect([empty.has(join(dir, 'file')), empty.has(join(dir, 'missing'))]).toEqual([false, false]);
  });
});
