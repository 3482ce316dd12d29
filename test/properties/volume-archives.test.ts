import {
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { makeNode, setXattr, silentLog } from '../../src/host/index.ts';
import { treeFacts } from '../../src/host/testsuite/tree-facts.ts';
import { VolumeService } from '../../src/volumes/index.ts';
import { makeFolder, removeFolder } from '../support/folder.ts';

const runs = Number(process.env.HOLDFAST_ARCHIVE_RUNS ?? 12);

const [FIFO, CHARACTER, BLOCK] = [0o010000, 0o020000, 0o060000];

/** What may stand at one name. Links lead to whatever text they have; hard links to one of the files before. */
const kind = fc.oneof(
  fc.record({ is: fc.constant('file' as const), data: fc.uint8Array({ maxLength: 9000 }) }),
  fc.record({
    is: fc.constant('sparse' as const),
    data: fc.uint8Array({ minLength: 1, maxLength: 9000 }),
    holes: fc.nat(3),
  }),
  fc.record({ is: fc.constant('folder' as const) }),
  fc.record({ is: fc.constant('link' as const), target: fc.stringMatching(/^(\.\.\/|\/|)[a-z é]{1,200}$/) }),
  fc.record({ is: fc.constant('hard link' as const), to: fc.nat(20) }),
  fc.record({ is: fc.constant('node' as const), type: fc.constantFrom(FIFO, CHARACTER, BLOCK) }),
);

/** Names that programs stumble over: dashes, blanks, line ends, quotes, backslashes, very long ones. */
const name = fc.oneof(
  fc.stringMatching(/^[-a-z\n"'\\ *%=é]{1,12}$/),
  fc.constantFrom('-C', '--files-from=x', 'PaxHeaders', '.hidden', '%2e', 'n'.repeat(240), '._x', 'é'.repeat(110)),
);

const entry = fc.record({
  kind,
  name,
  folder: fc.nat(20),
  mode: fc.nat(0o7777),
  owner: fc.tuple(fc.constantFrom(0, 33, 1000, 2_000_000, 4_000_000_000), fc.constantFrom(0, 50, 65_534)),
  time: fc.double({ min: -1e9, max: 4e9, noNaN: true }),
  attributes: fc.dictionary(fc.stringMatching(/^[a-z=%.é]{1,20}$/), fc.uint8Array({ maxLength: 100 }), { maxKeys: 3 }),
  list: fc.boolean(),
});
type Entry = ReturnType<typeof fc.sample<typeof entry extends fc.Arbitrary<infer T> ? T : never>>[number];

/** An access list that lets user 5 read and write, as the kernel keeps it (linux/posix_acl_xattr.h). */
const accessList = Buffer.from(
  '0200000001000700ffffffff020006000500000004000500ffffffff10000700ffffffff20000500ffffffff',
  'hex',
);

/** May bind low ports, as the kernel keeps it (linux/capability.h, version 2). */
const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');

function makeTree(root: string, entries: readonly Entry[]): void {
  const folders = [root];
  const files: string[] = [];
  const taken = new Set<string>();
  const made: Array<{ path: string; entry: Entry }> = [];
  for (const each of entries) {
    const path = join(folders[each.folder % folders.length] ?? root, each.name);
    if (taken.has(path) || path.length > 900) continue;
    if (each.kind.is === 'hard link' && files.length === 0) continue;
    taken.add(path);
    makeEntry(path, each, files);
    if (each.kind.is === 'folder') folders.push(path);
    if (each.kind.is === 'file' || each.kind.is === 'sparse') files.push(path);
    if (each.kind.is !== 'hard link') made.push({ path, entry: each });
  }
  // From the inside out: what is made in a folder changes its times.
  for (const { path, entry: each } of made.reverse()) setFacts(path, each);
  chownSync(root, 27, 28);
  chmodSync(root, 0o2750);
  lutimesSync(root, 1e9, 1e9 + 0.5);
}

function makeEntry(path: string, { kind: what }: Entry, files: readonly string[]): void {
  if (what.is === 'folder') mkdirSync(path);
  else if (what.is === 'link') symlinkSync(what.target, path);
  else if (what.is === 'hard link') linkSync(files[what.to % files.length] ?? '', path);
  else if (what.is === 'node') makeNode(Buffer.from(path), what.type | 0o600, what.type === FIFO ? 0 : 1, 3);
  else if (what.is === 'file') writeFileSync(path, what.data);
  else writeSparse(path, what);
}

/** Data at its start and after each hole of a megabyte, and a hole at the end. */
function writeSparse(path: string, { data, holes }: { data: Uint8Array; holes: number }): void {
  const fd = openSync(path, 'w');
  for (let hole = 0; hole <= holes; hole += 1) writeSync(fd, data, 0, data.length, hole * 2_000_000);
  ftruncateSync(fd, (holes + 1) * 2_000_000);
  closeSync(fd);
}

function setFacts(path: string, { kind: what, mode, owner, time, attributes, list }: Entry): void {
  lchownSync(path, ...owner);
  if (what.is !== 'link') {
    chmodSync(path, mode);
    if (list && what.is !== 'node') setXattr(path, 'system.posix_acl_access', accessList);
    if (list && what.is === 'folder') setXattr(path, 'system.posix_acl_default', accessList);
    if (list && what.is === 'file') setXattr(path, 'security.capability', capability);
  }
  const space = what.is === 'link' || what.is === 'node' ? 'trusted' : 'user';
  for (const [key, value] of Object.entries(attributes)) setXattr(path, `${space}.${key}`, value);
  lutimesSync(path, time, time);
}

/** Bytes on disk of all files: holes take none. */
function allocated(root: string): number {
  return Object.keys(treeFacts(root))
    .map((path) => lstatSync(Buffer.from(`${root}/${path}`, 'latin1')))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.blocks * 512 : 0), 0);
}

it('any tree is the same after export and import: owners, modes, times, links, attributes, access lists, holes', async () => {
  const base = makeFolder();
  const service = await VolumeService.open({
    root: join(base, 'volumes'),
    runRoot: join(base, 'run'),
    emit: () => {},
    log: silentLog,
  });
  onTestFinished(async () => {
    await service.close();
    removeFolder(base);
  });
  const { signal } = new AbortController();
  let count = 0;
  const compressions = fc.constantFrom('zstd' as const, 'gzip' as const, 'none' as const);
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 25 }), compressions, async (entries, compression) => {
      count += 1;
      const Labels = { run: String(count), odd: 'é,=%\n"' };
      const source = await service.create({ Name: `source${count}`, Driver: '', DriverOpts: null, Labels });
      makeTree(source.mountpoint, entries);
      const { archive } = await service.transfers.export(source.name, { compression, snapshot: '', signal });
      const wanted = { name: `copy${count}`, labels: null, options: null };
      const request = { volume: wanted, devices: true, replace: false, signal };
      const { volume, warnings } = await service.transfers.import({ archive, bytes: 0 }, request);
      expect(warnings).toEqual([]);
      expect(volume.labels).toEqual(Labels);
      expect(treeFacts(volume.mountpoint)).toEqual(treeFacts(source.mountpoint));
      expect(allocated(volume.mountpoint)).toBeLessThanOrEqual(allocated(source.mountpoint) + 25 * 8192);
      await service.remove(source.name, { force: false });
      await service.remove(volume.name, { force: false });
    }),
    { numRuns: runs, endOnFailure: true },
  );
}, 0);
