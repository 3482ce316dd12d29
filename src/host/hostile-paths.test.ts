import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { copyTree } from './copy-tree.ts';
import { openInRoot } from './in-root.ts';
import { removeTree } from './remove-tree.ts';
import { mkdirInRoot, resolveInRoot } from './resolve-in-root.ts';
import { scratch } from './testsuite/scratch.ts';
import { Swapper } from './testsuite/swapper.ts';

// Chance decides here which moment is hit; swap-windows.test.ts goes through all of them one by one. Another process swaps `root/swap` between a folder and a link to `outside` all the while. What counts is only that nothing
// is ever read, made or removed outside; that a call fails now and then is as it must be.
let root: string;
let outside: string;
let swapper: Swapper | undefined;

beforeEach(() => {
  const dir = scratch();
  root = join(dir, 'root');
  outside = join(dir, 'outside');
  mkdirSync(join(root, 'swap/deep'), { recursive: true });
  mkdirSync(join(outside, 'deep'), { recursive: true });
  writeFileSync(join(root, 'swap/deep/f'), 'inside');
  writeFileSync(join(outside, 'deep/f'), 'outside');
});

afterEach(async () => {
  await swapper?.stop();
  swapper = undefined;
});

/** How long chance is given to show an answer that must come, in milliseconds; it takes a few tries as a rule. */
const patienceMs = 40_000;

/**
 * What came of many tries: how often each answer, refusals as `refused`. Where none of them gave an answer that must be
 * possible, it goes on: how often the swapper lets it happen depends on the machine.
 */
async function tries(count: number, possible: string | string[], once: () => string | Promise<string>) {
  const answers = new Map<string, number>();
  const until = performance.now() + patienceMs;
  const mustGoOn = () => ![possible].flat().every((answer) => answers.has(answer)) && performance.now() < until;
  for (let round = 0; round < count || mustGoOn(); round += 1) {
    let answer: string;
    try {
      answer = await once();
    } catch (error) {
      // Anything but our own errors would be a bug of ours.
      if (!(error instanceof HoldfastError)) throw error;
      answer = 'refused';
    }
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }
  return answers;
}

function contentOf(fd: number): string {
  try {
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

describe.each(['absolute', 'relative'])('with an %s link swapped in', { timeout: 60_000 }, (kind) => {
  beforeEach(async () => {
    swapper = await Swapper.start(join(root, 'swap'), kind === 'absolute' ? outside : '../outside');
  });

  it('openInRoot reads nothing outside', async () => {
    const answers = await tries(1000, ['inside', 'refused'], () =>
      contentOf(openInRoot(root, 'swap/deep/f', constants.O_RDONLY)),
    );
    expect([...answers.keys()].sort()).toEqual(['inside', 'refused']);
  });

  it('resolveInRoot answers with nothing outside', async () => {
    const place = join(root, 'swap/deep/new');
    const answers = await tries(1000, place, () => resolveInRoot(root, 'swap/deep/../deep/new'));
    answers.delete('refused');
    for (const answer of answers.keys()) expect(answer.startsWith(`${root}/`)).toBe(true);
    expect(answers.has(place)).toBe(true);
  });

  it('mkdirInRoot makes nothing outside', async () => {
    let round = 0;
    const answers = await tries(300, 'made', () => {
      round += 1;
      mkdirInRoot(root, `swap/deep/n${round % 50}/m${round}`, 0o755);
      return 'made';
    });
    expect(answers.get('made')).toBeGreaterThan(0);
    expect(readdirSync(join(outside, 'deep'))).toEqual(['f']);
    expect(readdirSync(outside)).toEqual(['deep']);
  });

  it('copyTree reads nothing outside', async () => {
    let round = 0;
    const answers = await tries(100, 'inside', async () => {
      round += 1;
      const copy = join(root, '..', `copy${round}`);
      try {
        await copyTree(root, copy);
        // Copied as the link it was at that moment: nothing was read through it.
        if (lstatSync(join(copy, 'swap'), { throwIfNoEntry: false })?.isDirectory() !== true) return 'no folder';
        return existsSync(join(copy, 'swap/deep/f')) ? readFileSync(join(copy, 'swap/deep/f'), 'utf8') : 'no file';
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    });
    expect([...answers.keys()]).toContain('inside');
    expect([...answers.keys()]).not.toContain('outside');
  });

  it('copyTree writes nothing outside', async () => {
    const source = join(root, '..', 'source');
    mkdirSync(join(source, 'swap/deep'), { recursive: true });
    writeFileSync(join(source, 'swap/deep/f'), 'copied');
    writeFileSync(join(source, 'swap/deep/g'), 'copied');
    const answers = await tries(60, 'copied', async () => {
      await copyTree(source, root);
      return 'copied';
    });
    expect([...answers.keys()]).toContain('copied');
    expect(readFileSync(join(outside, 'deep/f'), 'utf8')).toBe('outside');
    expect(readdirSync(join(outside, 'deep'))).toEqual(['f']);
  });

  it('removeTree removes nothing outside', async () => {
    await tries(60, 'removed', async () => {
      await removeTree(join(root, 'swap'));
      try {
        mkdirSync(join(root, 'swap/deep'), { recursive: true });
      } catch {
        // The swapper was faster with putting something there.
      }
      return 'removed';
    });
    expect(readFileSync(join(outside, 'deep/f'), 'utf8')).toBe('outside');
  });
});
