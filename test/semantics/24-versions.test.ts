import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal, semantics } from '../support/semantics.ts';

const { call, daemon } = semantics();

const create = (version: string, HostConfig: object) =>
  call(`POST /v${version}/containers/create`, { Image: 'alpine', HostConfig });

describe('24 API versions', () => {
  it.each(['1.24', '1.40', '1.41', '1.42', '1.45', '1.48', '1.50'])('24 %s is spoken', async (version) => {
    expect((await call(`GET /v${version}/volumes`)).status).toBe(200);
    expect((await call(`POST /v${version}/volumes/create`, { Name: 'by_version' })).body).toHaveProperty('CreatedAt');
  });

  it('24 older and newer ones are refused, with the range', async () => {
    expect(refusal(await call('GET /v1.23/volumes'))).toBe(
      '400 client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version',
    );
    expect(refusal(await call('GET /v1.51/volumes'))).toBe(
      '400 client version 1.51 is too new. Maximum supported API version is 1.50',
    );
  });

  it('24 CreateMountpoint counts from 1.42 on', async () => {
    const Source = join(daemon.folder, 'made');
    const Mounts = [{ Type: 'bind', Source, Target: '/data', BindOptions: { CreateMountpoint: true } }];
    expect(refusal(await create('1.41', { Mounts }))).toContain(`400 invalid mount config for type "bind"`);
    expect(existsSync(Source)).toBe(false);
    expect((await create('1.42', { Mounts })).status).toBe(201);
  });

  it('24 options of another type are refused from 1.42 on, and dropped before', async () => {
    const Mounts = [{ Type: 'tmpfs', Target: '/data', VolumeOptions: { NoCopy: true } }];
    expect((await create('1.41', { Mounts })).status).toBe(201);
    expect(refusal(await create('1.42', { Mounts }))).toContain('VolumeOptions must not be specified');
  });

  it('24 a forced recursive read-only bind takes 1.44', async () => {
    const BindOptions = { ReadOnlyForceRecursive: true, Propagation: 'rprivate' };
    const Mounts = [{ Type: 'bind', Source: '/usr', Target: '/data', ReadOnly: true, BindOptions }];
    expect((await create('1.43', { Mounts })).status).toBe(400);
    expect((await create('1.44', { Mounts })).status).toBe(201);
  });

  it('24 a subpath takes 1.45, and an image mount 1.48', async () => {
    const subpath = [{ Type: 'volume', Source: 'parted', Target: '/data', VolumeOptions: { Subpath: 'part' } }];
    expect((await create('1.44', { Mounts: subpath })).status).toBe(400);
    const image = [{ Type: 'image', Source: 'alpine', Target: '/data' }];
    expect(refusal(await create('1.47', { Mounts: image }))).toBe('400 Mount type "Image" needs API v1.48 or newer');
  });

  it('24 a prune leaves named volumes alone from 1.42 on', async () => {
    expect((await call('POST /v1.42/volumes/prune')).body).toEqual({ VolumesDeleted: [], SpaceReclaimed: 0 });
    const { body } = await call('POST /v1.41/volumes/prune');
    expect((body as { VolumesDeleted: string[] }).VolumesDeleted).toContain('by_version');
  });
});
