import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compareTrees } from './compare-trees.ts';
import { copyTree } from './copy-tree.ts';
import { scratch } from './testsuite/scratch.ts';
import { setXattr } from './xattr.ts';

/** A tree, what it is copied to, and what differs after `change`, a line each. */
async function differences(change: (after: string) => void, options = {}): Promise<string[]> {
  const dir = scratch();
  const [before, after] = [join(dir, 'before'), join(dir, 'after')];
  mkdirSync(join(before, 'sub/deep'), { recursive: true });
  for (const name of ['file', 'sub/one', 'sub/deep/two']) writeFileSync(join(before, name), name);
  linkSync(join(before, 'file'), join(before, 'hard'));
  symlinkSync('file', join(before, 'link'));
  writeFileSync(Buffer.from(`${before}/\xff`, 'latin1'), '');
  await copyTree(before, after);
  change(after);
  const lines: string[] = [];
  for await (const { path, change: what, aspects } of compareTrees(before, after, options)) {
    lines.push([what, path, ...aspects].join(' '));
  }
  return lines;
}

it('tells nothing of a copy', async () => {
  expect(await differences(() => {})).toEqual([]);
  expect(await differences(() => {}, { exact: true })).toEqual([]);
});

it('tells what came, went and changed, in order, folders with all in them', async () => {
  const lines = await differences((after) => {
    rmSync(join(after, 'sub/deep'), { recursive: true });
    mkdirSync(join(after, 'new'));
    writeFileSync(join(after, 'new/inside'), '');
    writeFileSync(join(after, 'sub/one'), 'longer than it was');
    rmSync(join(after, 'link'));
    symlinkSync('sub', join(after, 'link'));
  });
  expect(lines).toEqual([
    'changed /link target',
    'added /new',
    'added /new/inside',
    'deleted /sub/deep',
    'changed /sub/one times content',
    'deleted /sub/deep/two',
  ]);
});

it('tells of modes, owners, attributes and kinds', async () => {
  const lines = await differences((after) => {
    chmodSync(join(after, 'sub'), 0o700);
    chownSync(join(after, 'sub/one'), 1000, 1000);
    setXattr(join(after, 'file'), 'user.a', 'b');
    rmSync(join(after, 'link'));
    mkdirSync(join(after, 'link'));
    chmodSync(after, 0o711);
  });
  expect(lines).toEqual([
    'changed / mode',
    'changed /file attributes',
    'changed /hard attributes',
    'changed /link kind',
    'changed /sub mode',
    'changed /sub/one owner',
  ]);
});

it('reads files of the same size and time only where it is to be exact', async () => {
  const time = new Date('2026-01-01T00:00:00Z');
  const swap = (after: string) => {
    for (const tree of [after, join(after, '../before')]) utimesSync(join(tree, 'sub/one'), time, time);
    writeFileSync(join(after, 'sub/one'), 'SUB/ONE');
    utimesSync(join(after, 'sub/one'), time, time);
  };
  expect(await differences(swap)).toEqual([]);
  expect(await differences(swap, { exact: true })).toEqual(['changed /sub/one content']);
});

it('tells a file that was only touched from one that was written', async () => {
  const lines = await differences((after) => {
    utimesSync(join(after, 'sub/one'), 1, 1);
    truncateSync(join(after, 'sub/deep/two'), 1);
  });
  expect(lines).toEqual(['changed /sub/one times', 'changed /sub/deep/two times content']);
});
