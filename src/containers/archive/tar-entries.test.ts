import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TarEntry, tarEntries } from './tar-entries.ts';

interface Read extends Omit<TarEntry, 'content'> {
  data: Buffer;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Read[]> {
  const read: Read[] = [];
  for await (const { content, ...header } of tarEntries(stream)) {
    const parts: Buffer[] = [];
    for await (const part of content()) parts.push(part);
    read.push({ ...header, data: Buffer.concat(parts) });
  }
  return read;
}

/** The bytes in pieces of any size, as a socket would deliver them. */
async function* inPieces(data: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

describe('tarEntries', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tar-entries-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const gnuTar = (...options: string[]): Buffer =>
    execFileSync('tar', ['-C', dir, ...options, '-c', '.'], { maxBuffer: 1 << 28 });

  it.each(['gnu', 'pax', 'ustar', 'v7', 'oldgnu'])('reads what GNU tar writes in format %s', async (format) => {
    mkdirSync(join(dir, 'folder'));
    writeFileSync(join(dir, 'folder/file'), 'content');
    chmodSync(join(dir, 'folder/file'), 0o4751);
    utimesSync(join(dir, 'folder/file'), 1_600_000_000, 1_600_000_000);
    linkSync(join(dir, 'folder/file'), join(dir, 'folder/hard'));
    symlinkSync('../somewhere', join(dir, 'folder/soft'));
    const read = await readAll(inPieces(gnuTar(`--format=${format}`, '--sort=name', '--numeric-owner'), 700));
    expect(read.map(({ name, type, linkName }) => [name, type, linkName])).toEqual([
      ['./', 'directory', ''],
      ['./folder/', 'directory', ''],
      ['./folder/file', 'file', ''],
      ['./folder/hard', 'link', './folder/file'],
      ['./folder/soft', 'symlink', '../somewhere'],
    ]);
    expect(read[2]).toMatchObject({ mode: 0o4751, mtime: 1_600_000_000, uid: process.getuid?.() });
    expect(read[2]?.data.toString()).toBe('content');
  });

  it('keeps long names, fractions of seconds and negative times', async () => {
    const long = `${'d'.repeat(200)}/${'f'.repeat(200)}`;
    mkdirSync(join(dir, 'd'.repeat(200)));
    writeFileSync(join(dir, long), '');
    execFileSync('touch', ['-d', '@-5.25', join(dir, long)]);
    for (const format of ['gnu', 'pax']) {
      const read = await readAll(inPieces(gnuTar(`--format=${format}`), 65_536));
      const file = read.find(({ type }) => type === 'file');
      expect(file?.name).toBe(`./${long}`);
      expect(file?.mtime).toBe(format === 'pax' ? -5.25 : -6);
    }
  });

  it('keeps the bytes of extended attributes that are no text', async () => {
    writeFileSync(join(dir, 'tool'), '');
    const capability = '0x010000020024000000000000000000ff80000000';
    execFileSync('setfattr', ['-n', 'user.bytes', '-v', capability, join(dir, 'tool')]);
    const read = await readAll(inPieces(gnuTar('--format=pax', '--xattrs', '--xattrs-include=*'), 513));
    const tool = read.find(({ name }) => name === './tool');
    expect(tool?.xattrs.get('user.bytes')).toEqual(Buffer.from(capability.slice(2), 'hex'));
  });

  it.each(['gnu', 'pax'])('refuses the sparse maps of format %s instead of writing wrong content', async (format) => {
    writeFileSync(join(dir, 'sparse'), '');
    truncateSync(join(dir, 'sparse'), 10 << 20);
    const archive = gnuTar(`--format=${format}`, '--sparse');
    await expect(readAll(inPieces(archive, 4096))).rejects.toMatchObject({ kind: 'invalid-argument' });
  });

  it('reads any archive of the archive library alike, in any pieces', async () => {
    const name = fc.stringMatching(/^[\p{L}a-z0-9 _.-]{1,120}$/u);
    const member = fc.record({
      name,
      data: fc.uint8Array({ maxLength: 2000 }),
      mode: fc.integer({ min: 1, max: 0o7777 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 5 }), fc.integer({ min: 1, max: 3000 }), async (members, size) => {
        const packed = pack();
        for (const { name: entryName, data, mode } of members)
          packed.entry({ name: entryName, mode }, Buffer.from(data));
        packed.finalize();
        const parts: Buffer[] = [];
        for await (const part of packed) parts.push(part as Buffer);
        const read = await readAll(inPieces(Buffer.concat(parts), size));
        expect(read.map((entry) => [entry.name, entry.mode, [...entry.data]])).toEqual(
          members.map((one) => [one.name, one.mode, [...one.data]]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('fails on anything that is no archive, and never hangs or runs out of memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3000 }), async (bytes) => {
        const data = Buffer.from(bytes);
        const result = await readAll(Readable.from([data])).catch((error: unknown) => error);
        if (Array.isArray(result)) expect(data.subarray(0, 512).every((byte) => byte === 0)).toBe(true);
        else expect(result).toMatchObject({ kind: 'invalid-argument' });
      }),
    );
  });

  it('says that an archive ends within a file', async () => {
    writeFileSync(join(dir, 'file'), Buffer.alloc(5000));
    const archive = gnuTar();
    await expect(readAll(inPieces(archive.subarray(0, 3000), 512))).rejects.toThrow('unexpected EOF');
  });
});
