import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkMasked } from './masked.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-masked-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it('the null device, an empty folder and what is not there are masked', () => {
  writeFileSync(join(dir, 'file'), '');
  symlinkSync('/dev/null', join(dir, 'link'));
  checkMasked(process.pid, ['/dev/null', join(dir, 'link'), '/nothing/here', join(dir, 'file/x')]);
  rmSync(join(dir, 'file'));
  rmSync(join(dir, 'link'));
  checkMasked(process.pid, [dir]);
});

it('another file, another device or a folder with something in it is not', () => {
  writeFileSync(join(dir, 'file'), '');
  for (const path of ['/dev/zero', join(dir, 'file'), dir]) {
    expect(() => checkMasked(process.pid, ['/dev/null', path])).toThrow(`could not mask ${path}`);
  }
});
