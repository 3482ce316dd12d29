import { describe, expect, test } from 'vitest';
import { scratchFolder } from '../testsuite/scratch.ts';
import { GroupSync } from './group-sync.ts';

describe('syncing a folder for many', () => {
  test('serves all who come while the disk is at work by one more round', async () => {
    const sync = new GroupSync(scratchFolder());
    const first = sync.sync();
    const others = [sync.sync(), sync.sync(), sync.sync()];
    expect(new Set(others).size).toBe(1);
    expect(others[0]).not.toBe(first);
    await Promise.all([first, ...others]);
    await sync.sync();
  });

  test('tells each of them of a failure, and tries again for the next', async () => {
    const folder = scratchFolder();
    const sync = new GroupSync(`${folder}/missing`);
    const rounds = [sync.sync(), sync.sync()];
    for (const round of rounds) await expect(round).rejects.toThrow('ENOENT');
    await expect(sync.sync()).rejects.toThrow('ENOENT');
  });
});
