import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createContainer, planContainer } from '../support/containers.ts';
import { semantics } from '../support/semantics.ts';

const { daemon, docker, holdfast } = semantics();

const folder = join(daemon.folder, 'folder');
beforeAll(() => mkdirSync(folder));

const plan = (mount: object, version?: string) =>
  planContainer(daemon, { Mounts: [mount] }, version === undefined ? {} : { version });
const answer = async (mount: object, version?: string) => {
  const { status, message } = await plan(mount, version);
  return `${status} ${message}`;
};

describe('9 HostConfig.Mounts', () => {
  const target = { Target: '/path' };

  it.each<[object, string]>([
    [{}, 'type "": field Target must not be empty'],
    [target, 'type "": mount type unknown'],
    [{ Type: 'Volume', ...target }, 'type "Volume": mount type unknown'],
    [{ Type: 'volume' }, 'type "volume": field Target must not be empty'],
    [{ Type: 'volume', Target: '/' }, `type "volume": invalid specification: destination can't be '/'`],
    [{ Type: 'tmpfs', Target: '/a/..' }, `type "tmpfs": invalid specification: destination can't be '/'`],
    [{ Type: 'volume', Target: 'x' }, `type "volume": invalid mount path: 'x' mount path must be absolute`],
    [{ Type: 'bind', ...target }, 'type "bind": field Source must not be empty'],
    [{ Type: 'bind', Source: 'x', ...target }, `type "bind": invalid mount path: 'x' mount path must be absolute`],
    [
      { Type: 'bind', Source: '/', ...target, BindOptions: { Propagation: 'nonsense' } },
      'type "bind": invalid propagation mode: nonsense',
    ],
    [{ Type: 'tmpfs', Source: 'x', ...target }, 'type "tmpfs": field Source must not be specified'],
    [{ Type: 'image', ...target }, 'type "image": field Source must not be empty'],
    [
      { Type: 'volume', Source: 'vol', ...target, VolumeOptions: { Subpath: '../x' } },
      'type "volume": subpath must be a relative path within the volume',
    ],
    [
      { Type: 'volume', ...target, VolumeOptions: { Subpath: 'x' } },
      'type "volume": must not set Subpath when using anonymous volumes',
    ],
  ])('9.4 %j is 400', async (mount, message) => {
    expect(await answer(mount)).toBe(`400 invalid mount config for ${message}`);
  });

  it('9.4 a bind whose source is not there is 400; what else keeps it from being told is passed on', async () => {
    const missing = join(daemon.folder, 'missing');
    expect(await answer({ Type: 'bind', Source: missing, ...target })).toBe(
      `400 invalid mount config for type "bind": bind source path does not exist: ${missing}`,
    );
    const underFile = join(daemon.folder, 'daemon.log', 'deep');
    expect(await answer({ Type: 'bind', Source: underFile, ...target })).toBe(
      `400 invalid mount config for type "bind": stat ${underFile}: not a directory`,
    );
    expect(existsSync(missing)).toBe(false);
  });

  it('9.4 CreateMountpoint makes the source when the container starts, since API 1.42', async () => {
    const source = join(daemon.folder, 'made', 'deep');
    const mount = { Type: 'bind', Source: source, ...target, BindOptions: { CreateMountpoint: true } };
    expect(await answer(mount, '1.41')).toContain(
      '400 invalid mount config for type "bind": bind source path does not',
    );
    const { id } = await createContainer(daemon, { Mounts: [mount] }, { version: '1.42' });
    expect(existsSync(source)).toBe(false);
    await docker.ok('start', '-a', id);
    expect(existsSync(source)).toBe(true);
  });

  it.each<[object, string]>([
    [
      { Type: 'bind', Source: '/', VolumeOptions: { NoCopy: true } },
      'VolumeOptions must not be specified on mount type "bind"',
    ],
    [
      { Type: 'bind', Source: '/', TmpfsOptions: { SizeBytes: 1 } },
      'TmpfsOptions must not be specified on mount type "bind"',
    ],
    [
      { Type: 'volume', BindOptions: { NonRecursive: true } },
      'BindOptions must not be specified on mount type "volume"',
    ],
    [{ Type: 'tmpfs', VolumeOptions: {} }, 'VolumeOptions must not be specified on mount type "tmpfs"'],
  ])('9.3 the options of another type are 400: %j', async (mount, message) => {
    expect(await answer({ ...mount, ...target })).toBe(`400 ${message}`);
  });

  it('9.3 before API 1.42 those of volumes and tmpfs are dropped, those of binds are not', async () => {
    const bind = { Type: 'bind', Source: folder, ...target };
    expect(await answer({ ...bind, VolumeOptions: { NoCopy: true } }, '1.41')).toBe('201 ');
    expect(await answer({ ...bind, TmpfsOptions: { SizeBytes: 1 } }, '1.41')).toBe('201 ');
    expect(await answer({ Type: 'volume', ...target, BindOptions: { Propagation: 'shared' } }, '1.41')).toBe(
      '400 invalid mount config for type "volume": field BindOptions must not be specified',
    );
  });

  it('9.5 an anonymous volume keeps its options', async () => {
    const options = { Labels: { tier: 'front' }, DriverConfig: { Name: 'local', Options: { size: '0' } } };
    const { id } = await createContainer(daemon, { Mounts: [{ Type: 'volume', ...target, VolumeOptions: options }] });
    const name = await docker.ok('inspect', '-f', '{{(index .Mounts 0).Name}}', id);
    const [volume] = JSON.parse(await docker.ok('volume', 'inspect', name));
    expect(volume).toMatchObject({
      Name: expect.stringMatching(/^[0-9a-f]{64}$/),
      Labels: { tier: 'front', 'com.docker.volume.anonymous': '' },
      Options: { size: '0' },
    });
    await docker.ok('rm', '-v', id);
    expect((await daemon.request(`/volumes/${name}`)).status).toBe(404);
  });

  it('9.5 labels and driver options are for a volume that is new', async () => {
    const mount = (label: string, Options?: object) => ({
      Type: 'volume',
      Source: 'labelled',
      ...target,
      VolumeOptions: { Labels: { [label]: 'yes' }, DriverConfig: { Name: 'local', Options } },
    });
    expect(await answer(mount('first'))).toBe('201 ');
    expect(await answer(mount('second', { nonsense: '1' }))).toBe('201 ');
    const [volume] = JSON.parse(await docker.ok('volume', 'inspect', 'labelled'));
    expect(volume).toMatchObject({ Labels: { first: 'yes' }, Options: null });
    expect(await answer({ ...mount('third', { nonsense: '1' }), Source: 'refused' })).toBe(
      '400 create refused: invalid option: "nonsense"',
    );
  });

  it('9.5 VolumeDriver is for Binds; that it does not reach Mounts is said since API 1.48', async () => {
    const VolumeDriver = 'nosuch';
    const Mounts = [{ Type: 'volume', Source: 'driven', ...target }];
    const create = async (version: string) => {
      const path = `/v${version}/containers/create`;
      const body = { Image: 'alpine', HostConfig: { Mounts, VolumeDriver } };
      const { body: made } = await daemon.request(path, { method: 'POST', body });
      return (made as { Warnings: string[] }).Warnings;
    };
    expect(await create('1.47')).toEqual([]);
    expect(await create('1.48')).toEqual([expect.stringContaining('VolumeDriver')]);
    const { status, message } = await planContainer(daemon, { Binds: ['driven2:/x'], VolumeDriver });
    expect(`${status} ${message}`).toContain('404 create driven2: error looking up volume plugin nosuch');
  });

  it('9.6 inspect echoes the request', async () => {
    const Mounts = [
      { Type: 'bind', Source: folder, Target: '/one/', ReadOnly: true, BindOptions: { NonRecursive: true } },
      { Type: 'volume', Source: 'echoed', Target: '/a/../two', VolumeOptions: { NoCopy: true, Labels: { a: 'b' } } },
      { Type: 'tmpfs', Target: '/three', TmpfsOptions: { SizeBytes: 1048576, Mode: 448 } },
    ];
    expect((await planContainer(daemon, { Mounts })).hostConfig.Mounts).toMatchObject(Mounts);
  });

  it('9.7 npipe and cluster are no types for a container here', async () => {
    for (const Type of ['npipe', 'cluster']) {
      expect(await answer({ Type, Source: 'x', ...target })).toBe(
        `400 invalid mount config for type "${Type}": mount type unknown`,
      );
    }
  });

  it('9.4 what is refused makes no volume', async () => {
    const volumes = () => readdirSync(join(daemon.dataRoot, 'volumes')).toSorted();
    const before = volumes();
    const Mounts = [{ Type: 'volume', Source: 'fresh', Target: '/a' }, { Type: 'volume' }];
    expect((await planContainer(daemon, { Mounts })).status).toBe(400);
    expect(volumes()).toEqual(before);
  });
});

describe.each([docker, holdfast])('9 --mount of $name', (cli) => {
  /** What the daemon was asked for, without what was not said. */
  const asked = async (mount: string): Promise<object> => {
    const id = await cli.ok('create', '--mount', mount, 'alpine');
    const [sent] = JSON.parse(await cli.ok('inspect', '-f', '{{json .HostConfig.Mounts}}', id)) as [object];
    await cli.ok('rm', '-v', id);
    return sent;
  };
  const refused = async (mount: string): Promise<string> => {
    const { exitCode, stderr } = await cli.run(['create', '--mount', mount, 'alpine']);
    return `${exitCode} ${stderr}`;
  };

  it('9.1 keys in any case, quotes, repeated labels and options', async () => {
    expect(
      await asked(
        'SRC=quoted,Destination=/path,RO,volume-nocopy=1,volume-label=a=b=c,volume-label=d,volume-driver=local,volume-opt=type=tmpfs,volume-opt=device=tmpfs,"volume-opt=o=size=1m,uid=7"',
      ),
    ).toMatchObject({
      Type: 'volume',
      Source: 'quoted',
      Target: '/path',
      ReadOnly: true,
      VolumeOptions: {
        NoCopy: true,
        Labels: { a: 'b=c', d: '' },
        DriverConfig: { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,uid=7' } },
      },
    });
  });

  it('9.2 bind-recursive in all its ways', async () => {
    const bind = `type=bind,source=${folder},target=/path`;
    for (const [more, options] of [
      ['bind-recursive=enabled', undefined],
      ['bind-recursive=disabled', { NonRecursive: true }],
      ['bind-recursive=writable,readonly', { ReadOnlyNonRecursive: true }],
      [
        'bind-recursive=readonly,readonly,bind-propagation=rprivate',
        { ReadOnlyForceRecursive: true, Propagation: 'rprivate' },
      ],
    ] as const) {
      const sent = (await asked(`${bind},${more}`)) as { BindOptions?: object };
      if (options !== undefined) expect(sent.BindOptions).toMatchObject(options);
      else expect(sent.BindOptions ?? {}).not.toMatchObject({ NonRecursive: true });
    }
  });

  it('9.3 the size of a tmpfs in bytes and its mode in octal digits', async () => {
    expect(await asked('type=tmpfs,dst=/path,tmpfs-size=1.5m,tmpfs-mode=1770')).toMatchObject({
      TmpfsOptions: { SizeBytes: 1572864, Mode: 0o1770 },
    });
  });

  it('9.1 a source that starts with a dot is a path from here', async () => {
    const { stdout } = await cli.run(['create', '--mount', 'type=bind,src=./folder,dst=/path', 'alpine'], {
      cwd: daemon.folder,
    });
    expect(await cli.ok('inspect', '-f', '{{(index .HostConfig.Mounts 0).Source}}', stdout.trim())).toBe(folder);
  });

  it.each([
    ['type=bind,src=/', 'target is required'],
    ['type=,dst=/path', 'type is required'],
    ['nonsense', "invalid field 'nonsense' must be a key=value pair"],
    ['dst=/path,volume-label', "invalid field 'volume-label' must be a key=value pair"],
    ['nonsense=1', "unexpected key 'nonsense' in 'nonsense=1'"],
    ['type=volume, dst=/path', "unexpected key ' dst' in ' dst=/path'"],
    ['dst=/path,readonly=yes', 'invalid value for readonly: yes'],
    ['dst=/path,volume-nocopy=maybe', 'invalid value for volume-nocopy: maybe'],
    ['dst=/path,"a', 'extraneous or missing " in quoted-field'],
    ['type=bind,src=/,dst=/path,bind-recursive=nonsense', 'invalid value for bind-recursive: nonsense'],
    ['type=bind,src=/,dst=/path,bind-recursive=writable', "requires 'readonly' to be specified in conjunction"],
    ['type=bind,src=/,dst=/path,ro,bind-recursive=readonly', "requires 'bind-propagation=rprivate' to be specified"],
    ['type=tmpfs,dst=/path,tmpfs-size=much', 'invalid value for tmpfs-size: much'],
    ['type=tmpfs,dst=/path,tmpfs-mode=9', 'invalid value for tmpfs-mode: 9'],
    ['type=tmpfs,dst=/path,tmpfs-mode=77777777777', 'invalid value for tmpfs-mode: 77777777777'],
    ['dst=/path,bind-propagation=shared', "cannot mix 'bind-*' options with mount type 'volume'"],
    ['type=bind,src=/,dst=/path,volume-nocopy', "cannot mix 'volume-*' options with mount type 'bind'"],
    ['type=bind,src=/,dst=/path,tmpfs-size=1', "cannot mix 'tmpfs-*' options with mount type 'bind'"],
    ['dst=/path,image-subpath=a', "cannot mix 'image-*' options with mount type 'volume'"],
  ])('9.1 %j is refused', async (mount, message) => {
    const answered = await refused(mount);
    expect(answered).toMatch(/^125 /);
    expect(answered).toContain(message);
  });
});

describe('9 --mount of holdfast, beyond the docker client of today', () => {
  it('9.1 bind-create-src makes a missing source', async () => {
    const source = join(daemon.folder, 'by-flag');
    const mount = (more: string) => `type=bind,src=${source},dst=/path${more}`;
    expect((await holdfast.run(['create', '--mount', mount(''), 'alpine'])).stderr).toContain('does not exist');
    expect((await holdfast.run(['create', '--mount', mount(',bind-create-src=0'), 'alpine'])).exitCode).toBe(1);
    await holdfast.ok('run', '--rm', '--mount', mount(',bind-create-src'), 'alpine', 'touch', '/path/file');
    expect(existsSync(join(source, 'file'))).toBe(true);
  });

  it('9.1 a mount for an existing file', async () => {
    const file = join(daemon.folder, 'a,b "c"');
    writeFileSync(file, 'odd\n');
    const quoted = `type=bind,"src=${file.replaceAll('"', '""')}",dst=/file,ro`;
    for (const cli of [docker, holdfast]) {
      expect(await cli.ok('run', '--rm', '--mount', quoted, 'alpine', 'cat', '/file')).toBe('odd');
    }
  });
});
