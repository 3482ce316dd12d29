import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeNode } from './nodes.ts';
import { run } from './run.ts';
import { tarCreate, tarExtract } from './tar.ts';
import { scratch } from './testsuite/scratch.ts';
import { treeFacts } from './testsuite/tree-facts.ts';
import { setXattr } from './xattr.ts';

function tree(): { dir: string; source: string; target: string } {
  const dir = scratch();
  const [source, target] = [join(dir, 'source'), join(dir, 'target')];
  mkdirSync(join(source, 'd'), { recursive: true });
  mkdirSync(target);
  writeFileSync(join(source, 'd/f'), 'content');
  writeFileSync(join(source, '--checkpoint=1'), 'an option?');
  writeFileSync(join(source, 'new\nline'), '');
  writeFileSync(join(source, 'n'.repeat(200)), 'a long name');
  symlinkSync('/etc/passwd', join(source, 'link'));
  makeNode(join(source, 'fifo'), 0o010640);
  makeNode(join(source, 'whiteout'), 0o020000, 0, 0);
  setXattr(join(source, 'd/f'), 'user.note', 'x');
  setXattr(join(source, 'd'), 'trusted.overlay.opaque', 'y');
  return { dir, source, target };
}

describe('tar', () => {
  it('brings a tree over as it is', async () => {
    const { source, target } = tree();
    await tarExtract(tarCreate({ dir: source }), target);
    expect(treeFacts(target)).toEqual(treeFacts(source));
  });

  it('packs only what is named, whatever the names look like', async () => {
    const { source, target } = tree();
    await tarExtract(tarCreate({ dir: source, paths: ['--checkpoint=1', 'new\nline', 'd'], recursive: false }), target);
    expect(readdirSync(target).sort()).toEqual(['--checkpoint=1', 'd', 'new\nline']);
    expect(readdirSync(join(target, 'd'))).toEqual([]);
  });

  it('leaves out attributes on demand', async () => {
    const { source, target } = tree();
    await tarExtract(tarCreate({ dir: source, xattrsExclude: ['trusted.overlay.*'] }), target);
    expect(treeFacts(target).d?.attributes).toEqual({});
    expect(treeFacts(target)['d/f']?.attributes).not.toEqual({});
    const plain = await buffer(tarCreate({ dir: source, xattrs: false }));
    expect(plain.includes('SCHILY.xattr')).toBe(false);
  });

  it('makes the same archive of the same files', async () => {
    const { source } = tree();
    const [one, other] = await Promise.all([buffer(tarCreate({ dir: source })), buffer(tarCreate({ dir: source }))]);
    expect(one.equals(other)).toBe(true);
  });

  it('packs holes as holes when asked', async () => {
    const { source, target } = tree();
    writeFileSync(join(source, 'sparse'), 'x');
    truncateSync(join(source, 'sparse'), 256 * 1024 ** 2);
    const archive = await buffer(tarCreate({ dir: source, sparse: true }));
    expect(archive.length).toBeLessThan(1_000_000);
    await tarExtract(Readable.from([archive]), target);
    expect(treeFacts(target)).toEqual(treeFacts(source));
  });

  it('unpacks what is compressed', async () => {
    const { source, target } = tree();
    await tarExtract(tarCreate({ dir: source }).pipe(createGzip()), target, { compression: 'gzip' });
    expect(treeFacts(target)).toEqual(treeFacts(source));
  });

  it('fails with what tar said', async () => {
    const { dir, source, target } = tree();
    await expect(buffer(tarCreate({ dir: source, paths: ['none'] }))).rejects.toThrowError(
      /^tar: none: Cannot stat: No such file or directory/,
    );
    await expect(buffer(tarCreate({ dir: join(dir, 'none') }))).rejects.toThrowError(/No such file or directory/);
    await expect(tarExtract(Readable.from([Buffer.alloc(5_000_000, 'x')]), target)).rejects.toMatchObject({
      kind: 'system',
      message: expect.stringContaining('This does not look like a tar archive'),
      exitCode: 2,
    });
  });

  it('fails with the error of the stream it is fed from', async () => {
    const { source, target } = tree();
    const archive = await buffer(tarCreate({ dir: source }));
    const broken = new PassThrough();
    broken.write(archive.subarray(0, 3000));
    setImmediate(() => broken.destroy(new Error('the client went away')));
    await expect(tarExtract(broken, target)).rejects.toThrowError('the client went away');
  });

  it('ends when the caller gives up, or stops reading', async () => {
    const { source, target } = tree();
    truncateSync(join(source, 'd/f'), 1024 ** 4);
    const controller = new AbortController();
    const endless = tarCreate({ dir: source, signal: controller.signal });
    endless.once('data', () => controller.abort());
    await expect(buffer(endless)).rejects.toMatchObject({ kind: 'cancelled' });
    const stopped = tarCreate({ dir: source });
    for await (const _ of stopped) break;
    const never = new PassThrough();
    const aborted = new AbortController();
    const extracting = tarExtract(never, target, { signal: aborted.signal });
    aborted.abort();
    await expect(extracting).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('writes nothing outside of the folder, whatever the archive says', async () => {
    const { dir, target } = tree();
    const outside = join(dir, 'outside');
    const stage = join(dir, 'stage');
    for (const place of [outside, join(stage, 'x')]) mkdirSync(place, { recursive: true });
    writeFileSync(join(stage, 'x/f'), 'evil');
    symlinkSync(outside, join(stage, 'escape'));
    const evil = join(dir, 'evil.tar');
    const rename = (to: string): string[] => ['-P', `--transform=s,^x/f$,${to},`];
    await run(['tar', '-C', stage, '-cf', evil, 'escape']);
    await run(['tar', '-C', stage, '-rf', evil, ...rename('escape/through-link'), 'x/f']);
    await run(['tar', '-C', stage, '-rf', evil, ...rename('../dotdot'), 'x/f']);
    await run(['tar', '-C', stage, '-rf', evil, ...rename(`${outside}/absolute`), 'x/f']);
    const names = (await run(['tar', '-tPf', evil])).stdout.trim().split('\n');
    expect(names).toEqual(['escape', 'escape/through-link', '../dotdot', `${outside}/absolute`]);
    await tarExtract(Readable.from([readFileSync(evil)]), target).catch((error: unknown) => {
      expect(error).toMatchObject({ kind: 'system' });
    });
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(dir, 'dotdot'))).toBe(false);
  });
});
