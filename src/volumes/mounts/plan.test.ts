import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { container, first, mount, plan, pointsOf, shown } from '../testsuite/mount-plan.ts';
import { scratchFolder } from '../testsuite/scratch.ts';
import { existsOnHost } from './bind-source.ts';
import type { MountPoint } from './mount-point.ts';
import type { MountPlanInput } from './plan.ts';

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

test('an image and a part of a volume are planned as they are asked for, and inherited so', () => {
  const mounts = [
    mount({ Type: 'image', Source: 'alpine', Target: '/i', ImageOptions: { Subpath: 'etc' } }),
    mount({ Source: 'name', Target: '/v', VolumeOptions: { Subpath: 'part' } }),
  ];
  const planned = [
    { type: 'image', name: 'alpine', subpath: 'etc', rw: false, propagation: 'rprivate' },
    { type: 'volume', name: 'name', subpath: 'part', rw: true },
  ];
  expect(pointsOf({ mounts })).toMatchObject(planned);
  const volumesFrom = [{ spec: 'other', mountPoints: container({ mounts }) }];
  expect(pointsOf({ volumesFrom })).toMatchObject(planned);
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
