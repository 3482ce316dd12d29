import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isKind } from '../../errors/index.ts';
import { silentLog } from '../../host/index.ts';
import { ProgramFinder } from './program.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-program-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const finder = (...names: string[]) => new ProgramFinder({ dir, log: silentLog, names });

function fake(name: string, script: string): string {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('ProgramFinder', () => {
  it('takes the first one that runs a container, whatever its version says', async () => {
    const broken = fake(
      'crun',
      'case "$*" in *--version*) echo crun version 9.9;; *) echo not here >&2; exit 1;; esac',
    );
    const program = await finder(broken, 'runc').find();
    expect(program).toMatchObject({ name: 'runc', version: expect.stringMatching(/^1\./) });
    expect(program.conmon).toMatchObject({ options: ['--full-attach', '--no-sync-log'] });
    expect(readdirSync(dir).sort()).toEqual(['crun', 'program.json']);
  });

  it('remembers, until a program is replaced', async () => {
    const path = fake('runc', `echo x >> ${join(dir, 'calls')}; echo runc version 1.2.3`);
    expect(await finder(path).find()).toMatchObject({ name: 'runc', version: '1.2.3' });
    const log = join(dir, 'calls');
    rmSync(log);
    expect((await finder(path).find()).version).toBe('1.2.3');
    expect(readdirSync(dir)).not.toContain('calls');
    fake('runc', 'echo runc version 1.3.0 # another');
    expect((await finder(path).find()).version).toBe('1.3.0');
  });

  it('says what is missing, or why none works', async () => {
    const none = await finder('no-such-runtime')
      .find()
      .catch((error: unknown) => error);
    expect(isKind(none, 'unavailable')).toBe(true);
    expect((none as Error).message).toMatch(/install the package runc or crun$/);
    const broken = fake('broken', 'echo it is broken >&2; exit 1');
    await expect(finder(broken).find()).rejects.toThrow(
      /no OCI runtime can run a container on this host: .*it is broken/,
    );
  });
});
