import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { invalidArgument } from '../../../errors/index.ts';
import { mount, silentLog, unmount } from '../../../host/index.ts';
import { describeVolumeDriver } from '../../testsuite/driver-suite.ts';
import { scratchFolder } from '../../testsuite/scratch.ts';
import type { VolumeDriver } from '../../volume.ts';
import { LocalDriver } from './local-driver.ts';

const places = new WeakMap<VolumeDriver, string>();

function open(base: string): LocalDriver {
  const driver = new LocalDriver({ root: join(base, 'volumes'), runRoot: join(base, 'run'), log: silentLog });
  places.set(driver, base);
  onTestFinished(() => driver.close());
  return driver;
}

const make = async (): Promise<LocalDriver> => open(scratchFolder());
const rootOf = (driver: VolumeDriver): string => join(places.get(driver) ?? '', 'volumes');

describeVolumeDriver('the local driver', {
  make,
  restart: async (driver) => open(places.get(driver) ?? ''),
  refusedName: 'no spaces',
});

const plain = (name: string) => ({ name, labels: null, options: null });
const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

describe('on disk', () => {
  test('has the layout and modes of Docker, whatever the umask', async () => {
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const driver = await make();
    const root = rootOf(driver);
    const { mountpoint } = await driver.create(plain('data'));
    expect(mountpoint).toBe(join(root, 'data', '_data'));
    expect(mode(join(root, 'data'))).toBe('701');
    expect(mode(mountpoint)).toBe('755');
    expect(mode(join(root, 'data', 'volume.json'))).toBe('600');
    expect(readdirSync(join(root, 'data')).sort()).toEqual(['_data', 'volume.json']);
    expect(readdirSync(root)).toEqual(['data']);
  });

  test('belongs to whom the options say, with their mode, whatever the umask', async () => {
    const before = process.umask(0o077);
    onTestFinished(() => void process.umask(before));
    const driver = await make();
    const owned = await driver.create({ ...plain('owned'), options: { uid: '1000', gid: '50', mode: '2770' } });
    expect(statSync(owned.mountpoint)).toMatchObject({ uid: 1000, gid: 50, mode: 0o42770 });
    const half = await driver.create({ ...plain('half'), options: { gid: '50' } });
    expect(statSync(half.mountpoint)).toMatchObject({ uid: 0, gid: 50, mode: 0o40755 });
    await expect(driver.create({ ...plain('refused'), options: { uid: 'node' } })).rejects.toThrow(
      'invalid option uid',
    );
    expect(readdirSync(rootOf(driver)).sort()).toEqual(['half', 'owned']);
  });

  test('is filled before anybody sees it, and is not there at all where filling fails', async () => {
    const driver = await make();
    const seen: Array<string[] | undefined> = [];
    const filled = await driver.createFilled(plain('filled'), async (data) => {
      seen.push(readdirSync(data));
      writeFileSync(join(data, 'file'), 'here');
      seen.push((await driver.list()).volumes.map(({ name }) => name));
    });
    expect(seen).toEqual([[], []]);
    expect(readFileSync(join(filled.mountpoint, 'file'), 'utf8')).toBe('here');
    const failing = driver.createFilled(plain('failing'), async (data) => {
      writeFileSync(join(data, 'file'), 'half');
      throw invalidArgument('cut off');
    });
    await expect(failing).rejects.toMatchObject({ kind: 'invalid-argument', message: 'cut off' });
    expect(readdirSync(rootOf(driver))).toEqual(['filled']);
  });

  test('keeps the record readable', async () => {
    const driver = await make();
    const { createdAt } = await driver.create({ name: 'data', labels: { a: 'b' }, options: null });
    const record = JSON.parse(readFileSync(join(rootOf(driver), 'data', 'volume.json'), 'utf8'));
    expect(record).toEqual({
      schemaVersion: 1,
      name: 'data',
      driver: 'local',
      createdAt,
      labels: { a: 'b' },
      options: null,
    });
  });

  test('deletes the data of a removed volume soon, and only then', async () => {
    const driver = await make();
    const root = rootOf(driver);
    await driver.create(plain('data'));
    writeFileSync(join(root, 'data', '_data', 'file'), 'x');
    await driver.remove('data');
    expect(existsSync(join(root, 'data'))).toBe(false);
    await driver.idle();
    expect(readdirSync(root)).toEqual([]);
  });

  test('refuses to make a volume over a folder that is something else', async () => {
    const driver = await make();
    const root = rootOf(driver);
    mkdirSync(join(root, 'other'));
    writeFileSync(join(root, 'other', 'file'), 'x');
    await expect(driver.create(plain('other'))).rejects.toMatchObject({ kind: 'system' });
    expect(readdirSync(root)).toEqual(['other']);
    expect(readFileSync(join(root, 'other', 'file'), 'utf8')).toBe('x');
  });

  test('says so where the name is too long for the file system', async () => {
    const driver = await make();
    await expect(driver.create(plain('x'.repeat(300)))).rejects.toMatchObject({ kind: 'system' });
    expect(readdirSync(rootOf(driver))).toEqual([]);
  });
});

describe('a volume whose data somebody has moved elsewhere', () => {
  test('is not removed, so that nothing outside of the root is', async () => {
    const base = scratchFolder();
    const driver = open(base);
    const elsewhere = join(base, 'elsewhere');
    mkdirSync(elsewhere);
    mkdirSync(join(base, 'volumes', 'moved'));
    symlinkSync(elsewhere, join(base, 'volumes', 'moved', '_data'));
    writeFileSync(join(elsewhere, 'file'), 'x');
    expect(await driver.get('moved')).toBeDefined();
    await expect(driver.remove('moved')).rejects.toThrow(
      'unable to remove a directory outside of the local volume root',
    );
    expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('x');
  });
});

describe('a volume whose record cannot be read', () => {
  test.each([
    ['edited wrongly', '{"schemaVersion":1,"na}\n', 'not JSON'],
    ['of another kind', 'name: bad', 'not JSON'],
    ['of another shape', '{"schemaVersion":1}', 'damaged'],
    ['of a newer version', '{"schemaVersion":99,"name":"bad"}', 'schemaVersion 99'],
  ])('%s is no plain volume: a warning in the list, an error when asked for', async (_case, text, reason) => {
    const base = scratchFolder();
    mkdirSync(join(base, 'volumes', 'bad', '_data'), { recursive: true });
    writeFileSync(join(base, 'volumes', 'bad', 'volume.json'), text);
    const driver = open(base);
    await driver.create(plain('good'));
    const { volumes, warnings } = await driver.list();
    expect(volumes.map(({ name }) => name)).toEqual(['good']);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
    await expect(driver.get('bad')).rejects.toMatchObject({ kind: 'system' });
  });

  test('is back once its record is', async () => {
    const base = scratchFolder();
    const driver = open(base);
    await driver.create(plain('data'));
    const path = join(base, 'volumes', 'data', 'volume.json');
    const record = readFileSync(path, 'utf8');
    writeFileSync(path, '{}');
    const next = open(base);
    expect((await next.list()).volumes).toEqual([]);
    writeFileSync(path, record);
    expect((await next.list()).volumes).toHaveLength(1);
  });
});

describe('what a crash leaves', () => {
  test('is tidied, and nothing else', async () => {
    const base = scratchFolder();
    const root = join(base, 'volumes');
    for (const name of ['.new-0123456789abcdef', '.removed-0123456789abcdef', '.somebody-elses', 'data']) {
      mkdirSync(join(root, name, '_data'), { recursive: true });
      writeFileSync(join(root, name, '_data', 'file'), 'x');
    }
    chmodSync(join(root, '.removed-0123456789abcdef'), 0);
    const driver = open(base);
    expect((await driver.list()).volumes.map(({ name }) => name)).toEqual(['data']);
    await driver.idle();
    expect(readdirSync(root).sort()).toEqual(['.somebody-elses', 'data']);
  });
});

describe('a record that a power cut has cut short', () => {
  const texts: Array<[string, string]> = [
    ['of which nothing was written', ''],
    ['of which zeros were written', '\0'.repeat(115)],
    ['of which a part was written', '{"schemaVersion":1,"name":"cut","labels":{"a":"b'],
    ['of which a few bytes were written', '{"sche'],
  ];

  function cut(text: string): string {
    const base = scratchFolder();
    mkdirSync(join(base, 'volumes', 'cut', '_data'), { recursive: true });
    writeFileSync(join(base, 'volumes', 'cut', 'volume.json'), text);
    return base;
  }

  test.each(texts)('%s beside empty data is a create nobody was told of: it is swept', async (_case, text) => {
    const asked = open(cut(text));
    expect(await asked.get('cut')).toBeUndefined();
    expect(readdirSync(rootOf(asked))).toEqual([]);
    const listed = open(cut(text));
    expect(await listed.list()).toEqual({ volumes: [], warnings: [] });
    expect(readdirSync(rootOf(listed))).toEqual([]);
    const made = open(cut(text));
    expect(() => made.peek('cut')).toThrow('not JSON');
    expect(await made.get('cut')).toBeUndefined();
    await made.create({ ...plain('cut'), labels: { a: 'b' } });
    expect(await made.get('cut')).toMatchObject({ labels: { a: 'b' } });
  });

  test('is swept also where the data folder is not on disk either, or went in an earlier try', async () => {
    const base = cut('');
    rmSync(join(base, 'volumes', 'cut', '_data'), { recursive: true });
    const driver = open(base);
    expect(await driver.get('cut')).toBeUndefined();
    expect(readdirSync(rootOf(driver))).toEqual([]);
  });

  test.each(texts)('%s beside data stays: a warning, an error, and nothing touched', async (_case, text) => {
    const base = cut(text);
    writeFileSync(join(base, 'volumes', 'cut', '_data', 'file'), 'x');
    const driver = open(base);
    expect(await driver.list()).toEqual({ volumes: [], warnings: [expect.stringContaining('not JSON')] });
    await expect(driver.get('cut')).rejects.toMatchObject({ kind: 'system' });
    await expect(driver.create(plain('cut'))).rejects.toMatchObject({ kind: 'system' });
    expect(readFileSync(join(base, 'volumes', 'cut', '_data', 'file'), 'utf8')).toBe('x');
    expect(readFileSync(join(base, 'volumes', 'cut', 'volume.json'), 'utf8')).toBe(text);
  });

  test('beside something that is not ours stays', async () => {
    const base = cut('');
    writeFileSync(join(base, 'volumes', 'cut', 'opts.json'), '{"MountType":"nfs"}');
    await expect(open(base).get('cut')).rejects.toMatchObject({ kind: 'system' });
    expect(readdirSync(join(base, 'volumes', 'cut')).sort()).toEqual(['_data', 'opts.json', 'volume.json']);
  });

  test('while something is mounted on its data stays', async () => {
    const base = cut('');
    const data = join(base, 'volumes', 'cut', '_data');
    mount({ source: 'tmpfs', target: data, type: 'tmpfs', flags: 0, data: '' });
    onTestFinished(() => unmount(data));
    await expect(open(base).get('cut')).rejects.toMatchObject({ kind: 'system' });
    expect(readdirSync(join(base, 'volumes', 'cut')).sort()).toEqual(['_data', 'volume.json']);
  });
});

test('knows a volume taken away by hand to be gone', async () => {
  const driver = await make();
  await driver.create(plain('data'));
  rmSync(join(rootOf(driver), 'data'), { recursive: true });
  expect(await driver.get('data')).toBeUndefined();
  expect((await driver.list()).volumes).toEqual([]);
});
