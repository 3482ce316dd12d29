import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Mount, mountSchema } from '../../wire/index.ts';
import { scratchFolder } from '../testsuite/scratch.ts';
import type { Volume } from '../volume.ts';
import { existsOnHost } from './bind-source.ts';
import { mountOptions } from './mount-options.ts';
import type { MountPoint } from './mount-point.ts';
import { type MountPlan, type MountPlanInput, planMounts, withVolume } from './plan.ts';
import { toMountSummary } from './summary.ts';

const mount = (fields: object): Mount => mountSchema.parse({ Type: 'volume', Target: '/m', ...fields });

const plan = (input: Partial<MountPlanInput>): MountPlan =>
  planMounts({
    binds: [],
    mounts: [],
    tmpfs: {},
    volumesFrom: [],
    configVolumes: [],
    volumeDriver: '',
    apiVersion: '1.50',
    dataRoot: '/var/lib/holdfast',
    sourceExists: () => true,
    ...input,
  });

const pointsOf = (input: Partial<MountPlanInput>): MountPoint[] =>
  plan(input).entries.map(({ mountPoint }) => mountPoint);

const first = (input: Partial<MountPlanInput>): MountPoint => {
  const [mountPoint] = pointsOf(input);
  if (mountPoint === undefined) throw new Error('nothing is planned');
  return mountPoint;
};

const shown = (input: Partial<MountPlanInput>): string[] =>
  pointsOf(input).map(
    ({ type, name, source, destination, rw }) => `${type} ${name || source} ${destination}${rw ? '' : ' ro'}`,
  );

const volume = (name: string, driver = 'local'): Volume => ({
  name,
  driver,
  mountpoint: `/volumes/${name}/_data`,
  createdAt: '',
  labels: null,
  options: null,
  scope: 'local',
});

/** The mounts of a container that was made by `input`. */
const container = (input: Partial<MountPlanInput>): MountPoint[] =>
  plan(input).entries.map((entry, index) =>
    entry.volume === undefined
      ? entry.mountPoint
      : withVolume(entry.mountPoint, volume(entry.volume.name || `anonymous${index}`)),
  );

describe('what wins where several are to be mounted at one place', () => {
  const origin = container({ binds: ['one:/a', 'one:/b', 'one:/c', 'one:/d'] });

  test('a later source, and VOLUME never', () => {
    const other = container({ binds: ['two:/b'] });
    expect(
      shown({
        volumesFrom: [
          { spec: 'first', mountPoints: origin },
          { spec: 'second', mountPoints: other },
        ],
        binds: ['three:/c'],
        mounts: [mount({ Source: 'four', Target: '/d/' })],
        configVolumes: ['/a/', '/b', '/c', '/d', '/e'],
      }),
    ).toEqual(['volume one /a', 'volume two /b', 'volume three /c', 'volume four /d', 'volume  /e']);
  });

  test('a tmpfs takes the place of VOLUME and of what is inherited', () => {
    const volumesFrom = [{ spec: 'first', mountPoints: container({ binds: ['one:/t'] }) }];
    expect(shown({ tmpfs: { '/t/': '' }, configVolumes: ['/t'], volumesFrom })).toEqual([]);
    expect(shown({ mounts: [mount({ Type: 'tmpfs' })], configVolumes: ['/m'] })).toEqual(['tmpfs  /m']);
  });

  test.each<[string, Partial<MountPlanInput>, string]>([
    ['two binds', { binds: ['a1:/x', 'b1:/x/'] }, '/x'],
    ['two mounts', { mounts: [mount({ Target: '/x' }), mount({ Target: '/y/../x' })] }, '/y/../x'],
    ['a bind and a mount', { binds: ['a1:/x'], mounts: [mount({ Target: '/x/' })] }, '/x/'],
    ['a tmpfs and a bind', { tmpfs: { '/x': '' }, binds: ['a1:/x'] }, '/x'],
    ['a tmpfs and a mount', { tmpfs: { '/x': '' }, mounts: [mount({ Target: '/x' })] }, '/x'],
  ])('%s collide', (_case, input, place) => {
    const expected = { kind: 'invalid-argument', message: `Duplicate mount point: ${place}` };
    expect(() => plan(input)).toThrow(expect.objectContaining(expected));
  });

  test('one volume may be in several places', () => {
    expect(shown({ binds: ['one:/a', 'one:/b:ro'] })).toEqual(['volume one /a', 'volume one /b ro']);
  });
});

describe('the volumes that have to be there', () => {
  const requests = (input: Partial<MountPlanInput>) => plan(input).entries.map(({ volume: request }) => request);

  test('are asked for as the user describes them', () => {
    const DriverConfig = { Name: 'plugin', Options: { a: 'b' } };
    const VolumeOptions = { Labels: { l: '' }, DriverConfig };
    expect(requests({ binds: ['one:/a', '/host:/b'], mounts: [mount({ Source: 'two', VolumeOptions })] })).toEqual([
      { name: 'one', driver: '', options: null, labels: null, mustExist: false },
      undefined,
      { name: 'two', driver: 'plugin', options: { a: 'b' }, labels: { l: '' }, mustExist: false },
    ]);
  });

  test('take HostConfig.VolumeDriver, but not those of Mounts', () => {
    const input = { binds: ['one:/a'], mounts: [mount({ Source: 'two' })], configVolumes: ['/c'], volumeDriver: 'p' };
    expect(requests(input).map((request) => request?.driver)).toEqual(['p', '', 'p']);
    expect(plan(input).warnings).toHaveLength(1);
    expect(plan({ ...input, apiVersion: '1.47' }).warnings).toEqual([]);
    expect(plan({ ...input, mounts: [] }).warnings).toEqual([]);
  });

  test('must exist where another container has them', () => {
    const volumesFrom = [{ spec: 'other', mountPoints: container({ binds: ['one:/a'] }) }];
    expect(requests({ volumesFrom })).toEqual([
      { name: 'one', driver: 'local', options: null, labels: null, mustExist: true },
    ]);
  });
});

describe('volumes-from', () => {
  const origin = container({
    binds: ['named:/a', '/host:/b:ro', '/c'],
    mounts: [mount({ Type: 'tmpfs', Target: '/t' })],
  });
  const inherit = (spec: string): MountPoint[] => pointsOf({ volumesFrom: [{ spec, mountPoints: origin }] });

  test('takes volumes and binds, and no tmpfs', () => {
    expect(inherit('other').map(({ destination }) => destination)).toEqual(['/a', '/b', '/c']);
  });

  test('keeps what goes with a container apart from what stays', () => {
    expect(
      inherit('other').map(({ anonymous, inherited, mode, noCopy }) => ({ anonymous, inherited, mode, noCopy })),
    ).toEqual([
      { anonymous: false, inherited: true, mode: '', noCopy: true },
      { anonymous: false, inherited: true, mode: '', noCopy: true },
      { anonymous: true, inherited: true, mode: '', noCopy: true },
    ]);
  });

  test('can make read-only, and not writable', () => {
    expect(inherit('other:ro').map(({ rw }) => rw)).toEqual([false, false, false]);
    expect(inherit('other:rw').map(({ rw }) => rw)).toEqual([true, false, true]);
  });

  test.each(['other:x', 'other:rslave', 'other:nocopy', 'other:ro,rw', ''])('%j is refused', (spec) => {
    expect(() => inherit(spec)).toThrow(expect.objectContaining({ kind: 'invalid-argument' }));
  });

  test('goes through several containers', () => {
    const second = container({ volumesFrom: [{ spec: 'first', mountPoints: origin }] });
    expect(shown({ volumesFrom: [{ spec: 'second:ro', mountPoints: second }] })).toEqual([
      'volume named /a ro',
      'bind /host /b ro',
      'volume anonymous2 /c ro',
    ]);
  });
});

describe('binds', () => {
  test('of the engine’s own folder follow the host', () => {
    for (const source of ['/var/lib/holdfast/volumes', '/var/lib', '/']) {
      expect(first({ binds: [`${source}:/x`] }).propagation).toBe('rslave');
    }
    expect(first({ binds: ['/var/lib/holdfast:/x:rshared'] }).propagation).toBe('rshared');
    expect(first({ binds: ['/srv:/x'] }).propagation).toBe('rprivate');
    expect(() => plan({ binds: ['/var/lib/holdfast:/x:private'] })).toThrow(
      expect.objectContaining({ kind: 'invalid-argument', message: expect.stringContaining('"rslave" or "rshared"') }),
    );
  });

  test('of a missing source are refused for --mount, and made for -v', () => {
    const missing = join(scratchFolder(), 'missing');
    const bind = mount({ Type: 'bind', Source: missing });
    const asked = { sourceExists: existsOnHost };
    expect(() => plan({ ...asked, mounts: [bind] })).toThrow(
      expect.objectContaining({
        kind: 'invalid-argument',
        message: `invalid mount config for type "bind": bind source path does not exist: ${missing}`,
      }),
    );
    const made = mount({ Type: 'bind', Source: missing, BindOptions: { CreateMountpoint: true } });
    expect(first({ ...asked, mounts: [made] }).createSource).toBe(true);
    expect(first({ ...asked, binds: [`${missing}:/x`] }).createSource).toBe(true);
    expect(() => plan({ ...asked, mounts: [made], apiVersion: '1.41' })).toThrow('does not exist');
  });
});

describe('how a runtime mounts', () => {
  const optionsOf = (input: Partial<MountPlanInput>): string => mountOptions(first(input)).options.join(',');

  test.each<[string, Partial<MountPlanInput>]>([
    ['rbind,rprivate', { binds: ['/h:/x'] }],
    ['rbind,rro,rslave', { binds: ['/h:/x:ro,rslave'] }],
    ['rbind,ro,rprivate', { binds: ['/h:/x:ro'], apiVersion: '1.43' }],
    ['rbind,rro,rprivate', { binds: ['one:/x:ro'], apiVersion: '1.43' }],
    ['bind,rprivate', { mounts: [mount({ Type: 'bind', Source: '/h', BindOptions: { NonRecursive: true } })] }],
    [
      'bind,ro,rprivate',
      { mounts: [mount({ Type: 'bind', Source: '/h', ReadOnly: true, BindOptions: { NonRecursive: true } })] },
    ],
    [
      'rbind,rprivate',
      { mounts: [mount({ Type: 'bind', Source: '/h', BindOptions: { NonRecursive: true } })], apiVersion: '1.39' },
    ],
    [
      'rbind,ro,rprivate',
      { mounts: [mount({ Type: 'bind', Source: '/h', ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true } })] },
    ],
    ['rbind,rro,rprivate', { mounts: [mount({ Type: 'image', Source: 'alpine' })] }],
  ])('%s', (expected, input) => {
    expect(optionsOf(input)).toBe(expected);
  });
});

describe('options of a later API version', () => {
  test.each<[object, string, string]>([
    [
      { Type: 'bind', Source: '/h', VolumeOptions: {} },
      '1.42',
      'VolumeOptions must not be specified on mount type "bind"',
    ],
    [{ VolumeOptions: { Subpath: 'x' }, Source: 'v' }, '1.44', 'VolumeOptions.Subpath needs API v1.45 or newer'],
    [{ Type: 'image', Source: 'i' }, '1.47', 'Mount type "Image" needs API v1.48 or newer'],
    [
      { Type: 'bind', Source: '/h', ReadOnly: true, BindOptions: { ReadOnlyForceRecursive: true } },
      '1.43',
      'BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer',
    ],
  ])('%j are refused by %s', (fields, apiVersion, message) => {
    expect(() => plan({ mounts: [mount(fields)], apiVersion })).toThrow(
      expect.objectContaining({ kind: 'invalid-argument', message }),
    );
  });

  test('of another type were once dropped', () => {
    const fields = { Type: 'bind', Source: '/h', VolumeOptions: { NoCopy: true }, TmpfsOptions: {} };
    expect(first({ mounts: [mount(fields)], apiVersion: '1.41' })).toMatchObject({ type: 'bind', noCopy: false });
  });
});

describe('config volumes', () => {
  test('are taken from the root, cleaned, once each', () => {
    expect(shown({ configVolumes: ['/data', 'data', '/data/', '/x/../y', 'x:/z'] })).toEqual([
      'volume  /data',
      'volume  /y',
      'volume  /x:/z',
    ]);
    expect(() => plan({ configVolumes: ['/'] })).toThrow("destination can't be '/'");
    expect(() => plan({ tmpfs: { relative: '' } })).toThrow('mount path must be absolute');
  });
});

describe('a mount in inspect', () => {
  test.each<[Partial<MountPlanInput>, object]>([
    [
      { binds: ['one:/a'] },
      {
        Type: 'volume',
        Name: 'one',
        Source: '/volumes/one/_data',
        Driver: 'local',
        Mode: 'z',
        RW: true,
        Propagation: '',
      },
    ],
    [{ binds: ['one:/a:ro'] }, { Mode: 'ro', RW: false }],
    [{ mounts: [mount({ Source: 'one' })] }, { Mode: 'z' }],
    [{ configVolumes: ['/a'] }, { Name: 'anonymous0', Mode: '' }],
    [{ mounts: [mount({ Type: 'tmpfs', Target: '/a' })] }, { Type: 'tmpfs', Source: '', Mode: '', Propagation: '' }],
  ])('%j', (input, expected) => {
    const [mountPoint] = container(input);
    expect(mountPoint && toMountSummary(mountPoint)).toMatchObject(expected);
  });

  test('has no name and driver where there are none', () => {
    expect(toMountSummary(first({ binds: ['/host:/a'] }))).toEqual({
      Type: 'bind',
      Source: '/host',
      Destination: '/a',
      Mode: '',
      RW: true,
      Propagation: 'rprivate',
    });
  });
});
