import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getXattr, makeNode, mount, setXattr } from '../../host/index.ts';
import { mountSchema } from '../../wire/index.ts';
import { scratchFolder } from '../testsuite/scratch.ts';
import { emptySpec, mountPointOf } from './mount-point.ts';
import { populate } from './populate.ts';

interface Places {
  rootfs: string;
  volumePath: string;
  /** Where the image's content is made. */
  image: string;
}

/** A root file system with /data, and an empty volume. */
function places(): Places {
  const base = scratchFolder();
  const rootfs = join(base, 'rootfs');
  const image = join(rootfs, 'data');
  const volumePath = join(base, 'volume');
  mkdirSync(image, { recursive: true });
  mkdirSync(volumePath);
  return { rootfs, volumePath, image };
}

const named = mountPointOf(mountSchema.parse({ Type: 'volume', Source: 'name', Target: '/data' }));
const ofImage = { ...mountPointOf({ ...emptySpec, Type: 'volume' }), destination: '/data' };

const fill = ({ rootfs, volumePath }: Places, mountPoint = named, destination = '/data'): Promise<void> =>
  populate({ rootfs, volumePath, destination, mountPoint, options: null });

describe('an empty volume', () => {
  test('keeps the owner and mode that it was given, one by one, while the content keeps the image’s', async () => {
    const there = places();
    const { image, volumePath } = there;
    writeFileSync(join(image, 'file'), '');
    chownSync(join(image, 'file'), 12, 34);
    chownSync(image, 12, 34);
    chmodSync(image, 0o1755);
    chownSync(volumePath, 1000, 0);
    chmodSync(volumePath, 0o700);
    const volume = { rootfs: there.rootfs, volumePath, destination: '/data', mountPoint: named };

    await populate({ ...volume, options: { uid: '1000', mode: '0700' } });
    expect(statSync(volumePath)).toMatchObject({ uid: 1000, gid: 34, mode: 0o40700 });
    expect(statSync(join(volumePath, 'file'))).toMatchObject({ uid: 12, gid: 34 });

    rmSync(join(volumePath, 'file'));
    await populate({ ...volume, options: null });
    expect(statSync(volumePath)).toMatchObject({ uid: 12, gid: 34, mode: 0o41755 });
  });

  test('takes over the tree of the image with all that belongs to it', async () => {
    const there = places();
    const { image, volumePath } = there;
    mkdirSync(join(image, 'folder'), { mode: 0o700 });
    writeFileSync(join(image, 'folder', 'file'), 'content', { mode: 0o640 });
    chownSync(join(image, 'folder', 'file'), 12, 34);
    chmodSync(join(image, 'folder', 'file'), 0o4750);
    utimesSync(join(image, 'folder', 'file'), 1000, 2000);
    linkSync(join(image, 'folder', 'file'), join(image, 'same'));
    symlinkSync('/etc/passwd', join(image, 'link'));
    setXattr(join(image, 'same'), 'user.note', 'kept');
    makeNode(join(image, 'fifo'), 0o010644, 0, 0);
    await fill(there);
    const file = statSync(join(volumePath, 'folder', 'file'));
    expect(file).toMatchObject({ uid: 12, gid: 34, mtimeMs: 2_000_000, nlink: 2 });
    expect(file.mode & 0o7777).toBe(0o4750);
    expect(file.ino).toBe(statSync(join(volumePath, 'same')).ino);
    expect(readlinkSync(join(volumePath, 'link'))).toBe('/etc/passwd');
    expect(getXattr(join(volumePath, 'same'), 'user.note')?.toString()).toBe('kept');
    expect(lstatSync(join(volumePath, 'fifo')).isFIFO()).toBe(true);
    expect(statSync(join(volumePath, 'folder')).mode & 0o777).toBe(0o700);
  });

  test('takes owner and mode of the folder, even if there is nothing in it', async () => {
    const there = places();
    chownSync(there.image, 999, 998);
    chmodSync(there.image, 0o2770);
    await fill(there);
    const stat = statSync(there.volumePath);
    expect(stat).toMatchObject({ uid: 999, gid: 998 });
    expect(stat.mode & 0o7777).toBe(0o2770);
  });

  test('is filled again by the next container, once all is deleted', async () => {
    const there = places();
    writeFileSync(join(there.image, 'file'), 'x');
    await fill(there);
    rmSync(join(there.volumePath, 'file'));
    await fill(there);
    expect(readdirSync(there.volumePath)).toEqual(['file']);
  });

  test('is filled once by two containers that are made at once', async () => {
    const there = places();
    for (let index = 0; index < 50; index += 1) writeFileSync(join(there.image, `file-${index}`), String(index));
    await Promise.all([fill(there), fill(there), fill(there)]);
    expect(readdirSync(there.volumePath)).toHaveLength(50);
  });

  test('is filled from where a link in the image leads, inside of the image', async () => {
    const there = places();
    mkdirSync(join(there.rootfs, 'real'));
    writeFileSync(join(there.rootfs, 'real', 'file'), 'real');
    symlinkSync('/real', join(there.rootfs, 'link'));
    await fill(there, named, '/link');
    expect(readFileSync(join(there.volumePath, 'file'), 'utf8')).toBe('real');
  });

  test('never takes anything from outside of the image', async () => {
    const there = places();
    symlinkSync('../../../../../../etc', join(there.rootfs, 'escape'));
    await fill(there, named, '/escape');
    expect(readdirSync(there.volumePath)).toEqual([]);
  });

  test('may be a mount of its own', async () => {
    const there = places();
    mount({ source: 'tmpfs', target: there.volumePath, type: 'tmpfs', flags: 0, data: '' });
    writeFileSync(join(there.image, 'file'), 'x');
    await fill(there);
    expect(readdirSync(there.volumePath)).toEqual(['file']);
  });
});

describe('a volume is left as it is', () => {
  const untouched = (there: Places, content: string[]): void => {
    expect(readdirSync(there.volumePath)).toEqual(content);
    expect(statSync(there.volumePath)).toMatchObject({ uid: 0, gid: 0 });
  };

  const withContent = (): Places => {
    const there = places();
    writeFileSync(join(there.image, 'file'), 'x');
    chownSync(there.image, 999, 999);
    return there;
  };

  test.each(['lost+found', '.hidden'])('with %s in it', async (name) => {
    const there = withContent();
    mkdirSync(join(there.volumePath, name));
    await fill(there);
    untouched(there, [name]);
  });

  test('with nocopy, and where it is inherited', async () => {
    const there = withContent();
    await fill(there, { ...named, noCopy: true });
    await fill(there, { ...named, inherited: true });
    untouched(there, []);
  });

  test('where the image has nothing, or a file', async () => {
    const there = withContent();
    await fill(there, named, '/none/at/all');
    await fill(there, named, '/data/file');
    untouched(there, []);
  });
});

test('a VOLUME in place of a file of the image is refused', async () => {
  const there = places();
  writeFileSync(join(there.rootfs, 'file'), '');
  await expect(fill(there, ofImage, '/file')).rejects.toMatchObject({
    kind: 'system',
    message: 'cannot mount volume over existing file, file exists /file',
  });
});

test('a copy that a killed daemon left unfinished is completed by the next container', async () => {
  const there = places();
  writeFileSync(join(there.image, 'one'), '1');
  writeFileSync(join(there.image, 'two'), '2');
  writeFileSync(join(there.volumePath, 'one'), '1');
  setXattr(there.volumePath, 'trusted.holdfast.populating', '1');
  await fill(there);
  expect(readdirSync(there.volumePath).sort()).toEqual(['one', 'two']);
  rmSync(join(there.volumePath, 'two'));
  await fill(there);
  expect(readdirSync(there.volumePath)).toEqual(['one']);
});

describe('a part of a volume', () => {
  const part = (Subpath: string) =>
    mountPointOf(mountSchema.parse({ Type: 'volume', Source: 'name', Target: '/data', VolumeOptions: { Subpath } }));

  test('11.4 takes the content over where it is an empty folder, and the rest of the volume is left alone', async () => {
    const there = places();
    const { image, volumePath } = there;
    writeFileSync(join(image, 'file'), 'content');
    chownSync(image, 12, 34);
    mkdirSync(join(volumePath, 'deep/part'), { recursive: true });
    symlinkSync('deep', join(volumePath, 'link'));
    await fill(there, part('link/part'));
    expect(readFileSync(join(volumePath, 'deep/part/file'), 'utf8')).toBe('content');
    expect(statSync(join(volumePath, 'deep/part'))).toMatchObject({ uid: 12, gid: 34 });
    expect(statSync(volumePath)).toMatchObject({ uid: 0, gid: 0 });

    writeFileSync(join(image, 'other'), '');
    await fill(there, part('deep/part'));
    expect(readdirSync(join(volumePath, 'deep/part'))).toEqual(['file']);
  });

  test('11.4 that is missing, a file, or outside takes over nothing', async () => {
    const there = places();
    const { image, volumePath, rootfs } = there;
    writeFileSync(join(image, 'file'), 'content');
    writeFileSync(join(volumePath, 'single'), 'kept');
    const outside = join(rootfs, '../outside');
    mkdirSync(outside);
    symlinkSync('../outside', join(volumePath, 'out'));
    for (const subpath of ['missing', 'single', 'out']) await fill(there, part(subpath));
    expect(readdirSync(volumePath).sort()).toEqual(['out', 'single']);
    expect(readFileSync(join(volumePath, 'single'), 'utf8')).toBe('kept');
    expect(readdirSync(outside)).toEqual([]);
  });
});
