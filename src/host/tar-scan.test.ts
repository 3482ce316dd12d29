import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { HoldfastError } from '../errors/index.ts';
import { spawnProcess } from './spawn-process.ts';
import { encodeHeader, padding } from './tar-header.ts';
import { type TarEntry, TarScan } from './tar-scan.ts';
import { scratch } from './testsuite/scratch.ts';

async function tarOf(...members: Array<{ name: string; data?: string }>): Promise<Buffer> {
  const tar = pack();
  for (const { name, data = '' } of members) tar.entry({ name }, data);
  tar.finalize();
  return Buffer.concat((await Readable.from(tar).toArray()) as Buffer[]);
}

function scan(bytes: Buffer, chunk = bytes.length): TarEntry[] {
  const entries: TarEntry[] = [];
  const tarScan = new TarScan((entry) => entries.push(entry));
  for (let at = 0; at < bytes.length; at += chunk) tarScan.push(bytes.subarray(at, at + chunk));
  tarScan.finish();
  return entries;
}

const name = fc.stringMatching(/^[a-zé]{1,60}(\/[a-z ]{1,60}){0,4}$/);

describe('reading the headers of an archive', () => {
  it('finds every member with its size, however the bytes are cut', async () => {
    const member = fc.record({ name, data: fc.string({ maxLength: 1500 }) });
    const sizes = fc.integer({ min: 1, max: 1500 });
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 6 }), sizes, async (members, chunk) => {
        const found = scan(await tarOf(...members), chunk);
        const expected = members.map(({ name: n, data }) => [n, Buffer.byteLength(data)]);
        expect(found.map((entry) => [Buffer.from(entry.name, 'latin1').toString(), entry.size])).toEqual(expected);
      }),
    );
  });

  it('reads back what the encoder of headers writes', () => {
    const file = fc.record({ name: fc.stringMatching(/^[ -~\xa0-\xff]{1,300}$/), size: fc.nat({ max: 3000 }) });
    fc.assert(
      fc.property(file, ({ name: path, size }) => {
        const head = encodeHeader({ name: path, size, mode: 0o644, mtime: 1 });
        const [entry] = scan(Buffer.concat([head, Buffer.alloc(size), padding(size), Buffer.alloc(1024)]));
        expect(entry).toMatchObject({ name: path, size, type: '0' });
      }),
    );
    const [huge] = scan(encodeHeader({ name: 'huge', size: 0, mode: 0o600, mtime: 0 }));
    expect(huge?.size).toBe(0);
  });

  it.each([['gnu'], ['posix']])('knows the sparse files of GNU tar (%s)', async (format) => {
    const dir = scratch();
    const path = join(dir, 'sparse');
    mkdirSync(join(dir, 'after'));
    writeFileSync(path, '');
    truncateSync(path, 50_000_000);
    const fd = openSync(path, 'r+');
    for (let at = 0; at < 40; at += 1) writeSync(fd, 'data', at * 1_000_000);
    closeSync(fd);
    const tar = spawnProcess(['tar', '-cS', `--format=${format}`, '-C', dir, 'sparse', 'after'], { stdin: 'ignore' });
    const bytes = Buffer.concat(await tar.stdout.toArray());
    expect(bytes.length).toBeLessThan(1_000_000);
    expect(scan(bytes, 700).map((entry) => [entry.name, entry.size])).toEqual([
      ['sparse', 50_000_000],
      ['after/', 0],
    ]);
  });

  it('refuses what readers of archives understand differently', async () => {
    const global = await tarOf({ name: 'a' });
    const cut = Buffer.concat([global.subarray(0, 512), Buffer.alloc(200)]);
    expect(() => scan(cut)).toThrow('unexpected EOF');
    const odd = encodeHeader({ name: 'd', size: 600, mode: 0o755, mtime: 0 });
    odd.write('5', 156);
    fixChecksum(odd);
    expect(() => scan(odd)).toThrow('a body where none can be');
    odd.write('V', 156);
    fixChecksum(odd);
    expect(() => scan(odd)).toThrow('unhandled tar header type 86');
    expect(() => scan(paxOf('g', '17 path=../evil\n\n'))).toThrow('path in a global extended header');
    expect(() => scan(paxOf('x', '9999999 path=a\n'))).toThrow('a bad extended header');
    expect(() => scan(paxOf('x', 'x'.repeat(10)))).toThrow(/bad/);
  });

  it('tells of comments on the whole archive', () => {
    const comments: string[] = [];
    const tarScan = new TarScan(
      () => {},
      (comment) => comments.push(comment),
    );
    tarScan.push(paxOf('g', '14 comment=é\n'.replace('é', '\u00c3\u00a9')));
    tarScan.push(paxOf('x', '14 comment=no\n'));
    expect(comments).toEqual(['é']);
  });

  it('refuses garbage in words, and never hangs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        try {
          scan(Buffer.from(bytes), 100);
        } catch (error) {
          expect(error).toBeInstanceOf(HoldfastError);
        }
      }),
    );
  });
});

function paxOf(type: string, records: string): Buffer {
  const head = encodeHeader({ name: 'pax', size: records.length, mode: 0o644, mtime: 0 });
  head.write(type, 156);
  fixChecksum(head);
  return Buffer.concat([head, Buffer.from(records, 'latin1'), padding(records.length)]);
}

function fixChecksum(block: Buffer): void {
  block.fill(0x20, 148, 156);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}
