import { closeSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { copyTree } from './copy-tree.ts';
import { removeTree } from './remove-tree.ts';
import { mkdirInRoot, resolveInRoot } from './resolve-in-root.ts';
import { openSubpath } from './subpath.ts';
import { memoryScratch } from './testsuite/scratch.ts';
import { treeFacts } from './testsuite/tree-facts.ts';

// What hostile-paths.test.ts leaves to chance is done here on purpose: a folder becomes a link to the outside right before
// the first open of an operation, in another run before the second, and so on through all of them.
const opens = vi.hoisted(() => ({ count: 0, before: (_: number): void => {} }));

vi.mock('./in-root.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('./in-root.ts')>();
  return {
    ...original,
    openAt: (...args: Parameters<typeof original.openAt>) => {
      opens.count += 1;
      opens.before(opens.count);
      return original.openAt(...args);
    },
  };
});

afterEach(() => {
  opens.before = () => {};
});

interface Places {
  dir: string;
  root: string;
  outside: string;
}

function places(dir: string, run: string): Places {
  const [root, outside] = [join(dir, run, 'root'), join(dir, run, 'outside')];
  for (const place of [root, outside]) {
    mkdirSync(join(place, 'swap/deep'), { recursive: true });
    writeFileSync(join(place, 'swap/deep/f'), place === root ? 'inside' : 'outside');
    writeFileSync(join(place, 'swap/g'), place === root ? 'inside' : 'outside');
  }
  return { dir: join(dir, run), root, outside };
}

/**
 * Runs `work` again and again, swapping before the first, the second, … open, until a run has fewer opens than that.
 * @returns how many windows there were
 */
async function throughAllWindows(target: 'absolute' | 'relative', work: (at: Places) => unknown): Promise<number> {
  const dir = memoryScratch();
  for (let window = 1; ; window += 1) {
    const at = places(dir, String(window));
    const before = treeFacts(at.outside);
    opens.count = 0;
    opens.before = (count) => {
      if (count !== window) return;
      renameSync(join(at.root, 'swap'), join(at.root, 'aside'));
      symlinkSync(target === 'absolute' ? join(at.outside, 'swap') : '../outside/swap', join(at.root, 'swap'));
    };
    try {
      await work(at);
    } catch (error) {
      // Failing is as good as not being misled, in our own words.
      if (!(error instanceof HoldfastError)) throw error;
    }
    opens.before = () => {};
    expect(treeFacts(at.outside)).toEqual(before);
    if (opens.count < window) return window - 1;
  }
}

describe.each(['absolute', 'relative'] as const)('an %s link swapped in at every step', (target) => {
  it('makes no folder outside', async () => {
    const windows = await throughAllWindows(target, ({ root }) => mkdirInRoot(root, 'swap/deep/new/er', 0o755));
    expect(windows).toBeGreaterThan(5);
  });

  it('resolves to nothing outside', async () => {
    const windows = await throughAllWindows(target, ({ root }) => {
      expect(resolveInRoot(root, 'swap/deep/../deep/new').startsWith(`${root}/`)).toBe(true);
    });
    expect(windows).toBeGreaterThan(2);
  });

  it('mounts nothing from outside', async () => {
    const windows = await throughAllWindows(target, ({ root }) => {
      const fd = openSubpath(root, 'swap/deep/f');
      try {
        expect(readFileSync(`/proc/self/fd/${fd}`, 'utf8')).toBe('inside');
      } finally {
        closeSync(fd);
      }
    });
    expect(windows).toBe(1);
  });

  it('copies nothing from outside', async () => {
    const windows = await throughAllWindows(target, async ({ dir, root }) => {
      const copy = join(dir, 'copy');
      await copyTree(root, copy).finally(() => {
        for (const path of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
          if (treeFacts(copy)[path]?.content !== undefined) {
            expect(readFileSync(join(copy, path), 'utf8')).not.toBe('outside');
          }
        }
      });
    });
    expect(windows).toBeGreaterThan(5);
  });

  it('copies nothing to outside', async () => {
    const windows = await throughAllWindows(target, async ({ dir, root }) => {
      mkdirSync(join(dir, 'source/swap/deep/new'), { recursive: true });
      for (const name of ['f', 'new/f']) writeFileSync(join(dir, 'source/swap/deep', name), 'copied');
      await copyTree(join(dir, 'source'), root);
    });
    expect(windows).toBeGreaterThan(5);
  });

  it('removes nothing outside', async () => {
    expect(await throughAllWindows(target, ({ root }) => removeTree(join(root, 'swap')))).toBe(2);
    expect(await throughAllWindows(target, ({ root }) => removeTree(root))).toBe(3);
  });
});
