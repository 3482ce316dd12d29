import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeRoot } from './root.ts';

function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-root-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

it('makes a root, and sets the mode of one that is there', () => {
  const dir = scratch();
  mkdirSync(join(dir, 'there'), { mode: 0o755 });
  for (const name of ['there', 'a/b']) {
    makeRoot('data-root', join(dir, name), 0o710);
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o710);
  }
});

it.each(['/proc', '/proc/holdfast/data', '/proc/self', '/sys/holdfast'])('refuses %s', (path) => {
  const mode = (): number | undefined => statSync(path, { throwIfNoEntry: false })?.mode;
  const before = mode();
  expect(() => makeRoot('data-root', path, 0o710)).toThrow(
    new RegExp(`^data-root cannot be ${path}: it lies on a file system of type (proc|sysfs), which keeps no files$`),
  );
  expect(mode()).toBe(before);
});

it('names what is in the way', () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  expect(() => makeRoot('exec-root', `${file}/run`, 0o711)).toThrow(
    `exec-root cannot be ${file}/run: mkdir ${file}/run: not a directory`,
  );
});
