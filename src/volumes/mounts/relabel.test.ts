import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getXattr } from '../../host/index.ts';
import { first } from '../testsuite/mount-plan.ts';
import { scratchFolder } from '../testsuite/scratch.ts';
import { categoriesOf, relabel } from './relabel.ts';

const on = { containerId: 'c'.repeat(64), enabled: () => true };
const labelOf = (path: string): string | undefined => getXattr(path, 'security.selinux')?.toString();
const mounted = (mode: string) => first({ binds: [`data:/m${mode}`] });

describe('relabelling for SELinux', () => {
  test.each([
    ['', undefined],
    [':ro', undefined],
    [':z', 'z'],
    [':ro,Z', 'Z'],
  ])('is asked for by mode %j', (mode, relabelled) => {
    expect(mounted(mode).relabelled).toBe(relabelled);
  });

  test('gives a volume to all containers, or to one', async () => {
    const folder = scratchFolder();
    await relabel(mounted(':z'), folder, on);
    expect(labelOf(folder)).toMatch(/^\w+:object_r:\w+:s0\0$/);
    await relabel(mounted(':Z'), folder, on);
    expect(labelOf(folder)).toMatch(/^\w+:object_r:\w+:s0:/);
    expect(labelOf(folder)?.endsWith(`:${categoriesOf(on.containerId)}\0`)).toBe(true);
  });

  test('does nothing without SELinux, and nothing that was not asked for', async () => {
    const folder = scratchFolder();
    await relabel(mounted(':Z'), folder, { ...on, enabled: () => false });
    await relabel(mounted(''), folder, on);
    expect(labelOf(folder)).toBeUndefined();
    await relabel(mounted(':z'), '/usr', { ...on, enabled: () => false });
  });

  test('refuses what the host needs, also behind a link', async () => {
    const folder = scratchFolder();
    symlinkSync('/var/lib', join(folder, 'link'));
    mkdirSync(join(folder, 'etc'));
    await expect(relabel(mounted(':z'), join(folder, 'link'), on)).rejects.toThrow(
      'SELinux relabeling of /var/lib is not allowed',
    );
    await relabel(mounted(':z'), join(folder, 'etc'), on);
  });

  test('by two different categories, in order', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const [low = 0, high = 0] = categoriesOf(id)
          .split(',')
          .map((category) => Number(category.slice(1)));
        expect(low).toBeLessThan(high);
        expect(high).toBeLessThan(1024);
        expect(categoriesOf(id)).toBe(categoriesOf(id));
      }),
    );
  });
});
